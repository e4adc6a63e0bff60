import type { Service } from './service';
import type { Volume } from './volume';
import type { Workload } from './workload';

/**
 * Returns volumes whose restore makes a job run again: its own, those of the services it starts after, and those behind
 * jobs that it starts after.
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

/** Returns true if a job is skipped after its data was replaced by a restore. */
export function skipsRestored({ spec: { kind, afterRestore = 'run' } }: Workload): boolean {
  return kind === 'job' && afterRestore === 'skip';
}

/** Returns jobs that a restore of a volume affects. */
export function jobsBehind(volume: Volume, services: readonly Service[]): readonly Service[] {
  return services.filter(({ workload }) => workload.spec.kind === 'job' && dataBehind(workload).includes(volume));
}
