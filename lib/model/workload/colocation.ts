import type { Service } from './service';
import type { Workload } from './workload';

/**
 * Returns the workloads that must run on the same machine as this one: those that mount one of its volumes, and those
 * beside them in turn. The content of a volume is on one machine.
 */
export function colocated(workload: Workload, services: readonly Service[]): readonly Workload[] {
  const group = new Set([workload]);
  // A set also visits what is added during the loop.
  for (const member of group) {
    const mounted = new Set(member.volumeMounts.map(({ volume }) => volume));
    for (const { workload: other } of services) {
      if (other.volumeMounts.some(({ volume }) => mounted.has(volume))) group.add(other);
    }
  }
  return [...group].filter((member) => member !== workload);
}
