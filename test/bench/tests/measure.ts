import { run } from '../command';
import type { Part } from '../figures';

const MOST_SECONDS = 60;

/** `npm test` with everything in its caches, as the second run of a day meets it. */
export async function measureTests(quick: boolean): Promise<Part> {
  const [, ...runs] = [await test(), ...(await repeat(quick ? 1 : 3))];
  const failed = runs.filter(({ ok }) => !ok);
  return {
    contests: [
      {
        what: '`npm test`, warm',
        unit: 's',
        lines: [{ name: 'all that needs no engine', samples: runs.map(({ seconds }) => seconds) }],
        limit: MOST_SECONDS,
      },
    ],
    notes: failed.map(({ output }) => `A run failed: ${output.trim().split('\n').at(-1)}`),
  };
}

function test(): ReturnType<typeof run> {
  return run('npm', ['test']);
}

async function repeat(times: number): Promise<Awaited<ReturnType<typeof run>>[]> {
  const runs = [];
  for (let index = 0; index < times; index += 1) runs.push(await test());
  return runs;
}
