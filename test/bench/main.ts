import { measureCdktf } from './cdktf/measure';
import { measureDeployments } from './deploy/measure';
import type { Part } from './figures';
import { record } from './record';
import { measureSynthesis } from './synth/measure';
import { table, missedBounds } from './table';
import { measureTests } from './tests/measure';

const PARTS: Readonly<Record<string, (quick: boolean) => Promise<Part>>> = {
  synth: measureSynthesis,
  cdktf: measureCdktf,
  deploy: measureDeployments,
  tests: measureTests,
};
const USAGE = `usage: npm run bench -- [${Object.keys(PARTS).join('] [')}] [--quick] [--write]
  without a part: all of them, in some 15 minutes
  --quick         fewer rounds, for a look; the figures are not worth quoting
  --write         puts the tables into docs/performance.md`;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function main(args: readonly string[]): Promise<number> {
  const wanted = args.filter((word) => !word.startsWith('--'));
  const unknown = args.filter((word) => !(word in PARTS) && !['--quick', '--write'].includes(word));
  if (unknown.length > 0) {
    say(USAGE);
    return 2;
  }
  const missed: string[] = [];
  for (const name of wanted.length > 0 ? wanted : Object.keys(PARTS)) missed.push(...(await measure(name, args)));
  say(missed.length === 0 ? '\nEvery bound holds.' : `\nMissed:\n${missed.map((what) => `  ${what}`).join('\n')}`);
  return 0;
}

/** What was not met. A part that cannot be measured leaves the others their figures, and its own as they were. */
async function measure(name: string, args: readonly string[]): Promise<readonly string[]> {
  try {
    const part = await PARTS[name]?.(args.includes('--quick'));
    if (part === undefined) return [];
    const text = table(part);
    say(`\n${name}\n\n${text}`);
    if (args.includes('--write')) record(name, text);
    return missedBounds(part);
  } catch (error) {
    say(`\n${name} FAILED: ${error instanceof Error ? error.message : String(error)}`);
    return [`${name}: not measured`];
  }
}

// Whoever interrupts it ends the program that is being measured; what was deployed is taken down before the end.
process.on('SIGINT', () => undefined);
main(process.argv.slice(2)).then((code) => (process.exitCode = code));
