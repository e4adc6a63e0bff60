import { ConfigurationError } from '../../values';
import { stackContext } from '../stack/stack-context';
import type { Workload } from './workload';

/** Returns the workloads of a start-order cycle, with the first one repeated at the end; undefined if there is none. */
export function findStartCycle(workloads: readonly Workload[]): readonly Workload[] | undefined {
  const done = new Set<Workload>();
  for (const workload of workloads) {
    const cycle = walk(workload, [], done);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

function walk(at: Workload, path: readonly Workload[], done: Set<Workload>): readonly Workload[] | undefined {
  const seen = path.indexOf(at);
  if (seen >= 0) return [...path.slice(seen), at];
  if (done.has(at)) return undefined;
  for (const next of at.startsAfter) {
    const cycle = walk(next, [...path, at], done);
    if (cycle !== undefined) return cycle;
  }
  done.add(at);
  return undefined;
}

/** Returns the workloads and all that start after them, directly or through others. */
export function withFollowers(workloads: readonly Workload[]): readonly Workload[] {
  const [first] = workloads;
  if (first === undefined) return [];
  const all = stackContext(first).services.map(({ workload }) => workload);
  const found = new Set(workloads);
  for (const at of found) all.filter(({ follows }) => follows.includes(at)).forEach((other) => found.add(other));
  return [...found];
}

/**
 * Returns the proxies, among the workloads that a clearing job starts after, that only need the new configuration. The
 * job need not wait for the replacement of their containers.
 */
export function onlyTold(job: Workload): readonly Workload[] {
  if (job.clearsAfter.length === 0) return [];
  const others = job.startsAfter;
  return others.filter(({ startsAfter, reloadableConfigs }) => {
    const told = reloadableConfigs.flatMap((config) => config.after());
    return told.some((one) => others.includes(one)) && !startsAfter.some((one) => others.includes(one));
  });
}

export function startCycleError(cycle: readonly Workload[]): ConfigurationError {
  const names = cycle.map((workload) => workload.spec.hostname);
  return new ConfigurationError(
    cycle[0],
    `start order has a cycle: ${names.join(' waits for ')}; remove one of these connections`,
  );
}
