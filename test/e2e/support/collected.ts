import { ask, eventually } from './client';
import { docker, theOnly } from './docker';
import type { Project } from './project';

/** One line, and what is known about it. */
export interface Line {
  readonly labels: Readonly<Record<string, string>>;
  readonly text: string;
}

interface Stream {
  readonly stream: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [string, string])[];
}

async function loki<Data>(project: Project, path: string): Promise<Data> {
  const { status, body } = await ask(project.base.loki ?? 0, `/loki/api/v1/${path}`);
  if (status !== 200) throw new Error(`Loki answered ${status} ${body}`);
  return (JSON.parse(body) as { readonly data: Data }).data;
}

/** Lines of the last hour. */
export async function logLines(project: Project, query: string): Promise<readonly Line[]> {
  const { result } = await loki<{ readonly result: readonly Stream[] }>(
    project,
    `query_range?limit=5000&query=${encodeURIComponent(query)}`,
  );
  return result.flatMap(({ stream, values }) => values.map(([, text]) => ({ labels: stream, text })));
}

/** Which streams there are, by their labels. */
export function logStreams(project: Project): Promise<readonly Readonly<Record<string, string>>[]> {
  return loki(project, 'series');
}

/** Asks the API for pages with these numbers, which are not there; each is a line of its log. */
async function askNumbered(project: Project, from: number, to: number): Promise<void> {
  for (let number = from; number < to; number += 1) await ask(project.http, `/numbered/${number}`);
}

const numbersIn = (text: string): readonly string[] =>
  [...text.matchAll(/"path": "\/numbered\/(\d+)"/g)].map(([, number = '']) => number);

/** Lines of the API's log while Alloy is away and back: how many were written, are in `docker logs`, and are in Loki. */
export async function whileAlloyIsAway(project: Project, count: number): Promise<readonly number[]> {
  const [alloy, api] = await Promise.all(['alloy', 'api'].map((name) => theOnly(project.stack, name)));
  await docker('stop', alloy?.Id ?? '');
  await askNumbered(project, 0, count / 2);
  await docker('start', alloy?.Id ?? '');
  await askNumbered(project, count / 2, count);
  const query = '{service="api"} |= "/numbered/"';
  const found = await eventually(
    async () => new Set((await logLines(project, query)).flatMap(({ text }) => numbersIn(text))).size,
    (size) => size === count,
  );
  const shown = new Set(numbersIn(await docker('logs', api?.Id ?? ''))).size;
  return [count, shown, found];
}

/** Names of the spans of a trace, as Tempo has them. */
export async function spanNames(project: Project, trace: string): Promise<readonly string[]> {
  const { status, body } = await ask(project.base.tempo ?? 0, `/api/traces/${trace}`);
  if (status !== 200) throw new Error(`Tempo answered ${status} ${body}`);
  return [...body.matchAll(/"name":"([^"]+)","kind"/g)].map(([, name = '']) => name).sort();
}
