import type { Subject } from './subject';

/** Name of the container for what is restored beside, of which there is one at a time. */
export function nameOf({ manifest, record }: Subject): string {
  return `${manifest.stack}-${record.name}-restored`;
}
