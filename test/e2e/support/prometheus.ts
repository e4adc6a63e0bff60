import { ask } from './client';

/** A place where metrics are read. */
export interface Target {
  readonly labels: Readonly<Record<string, string>>;
  readonly health: string;
  readonly lastError: string;
}

/** What the Prometheus on a port of 127.0.0.1 answers. */
export async function askPrometheus<Data>(port: number, path: string): Promise<Data> {
  const { status, body } = await ask(port, `/api/v1/${path}`);
  if (status !== 200) throw new Error(`Prometheus answered ${status} ${body}`);
  return (JSON.parse(body) as { readonly data: Data }).data;
}

export async function activeTargets(port: number): Promise<readonly Target[]> {
  return (await askPrometheus<{ readonly activeTargets: readonly Target[] }>(port, 'targets')).activeTargets;
}
