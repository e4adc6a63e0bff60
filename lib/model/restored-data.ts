import type { Service } from './service';
import type { Volume } from './volume';
import type { Workload } from './workload';

/**
 * Volumes with data whose restore makes a job run again: its own, those of what it starts after, and those behind jobs that
 * it starts after.
 */
export function dataBehind(job: Workload): readonly Volume[] {
  const seen = new Set<Workload>([job]);
  for (const at of seen) {
    if (at.spec.kind === 'job') at.startsAfter.forEach((other) => seen.add(other));
  }
  return [...new Set([...seen].flatMap(dataOf))];
}

function dataOf({ volumeMounts }: Workload): readonly Volume[] {
  return volumeMounts.map(({ volume }) => volume).filter(({ spec }) => spec.data);
}

/** Whether a job is skipped once the data that it works on was put in place of other data. */
export function skipsRestored({ spec: { kind, afterRestore = 'run' } }: Workload): boolean {
  return kind === 'job' && afterRestore === 'skip';
}

/** Jobs that a restore of a volume concerns. */
export function jobsBehind(volume: Volume, services: readonly Service[]): readonly Service[] {
  return services.filter(({ workload }) => workload.spec.kind === 'job' && dataBehind(workload).includes(volume));
}
