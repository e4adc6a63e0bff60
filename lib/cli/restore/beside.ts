import { RESTORED_LABEL } from './labels';
import { keyOf } from './subject';
import type { Subject } from './subject';

/** Name of the container for what is restored beside. */
export function nameOf({ manifest, record }: Subject): string {
  return `${manifest.stack}-${record.name}-restored`;
}

/** Names of the containers of what was restored beside, of which there is one at a time. */
export function containersBeside(subject: Subject): Promise<readonly string[]> {
  const filter = `label=${RESTORED_LABEL}=${keyOf(subject)}`;
  return subject.docker.lines(['ps', '--all', '--filter', filter, '--format', '{{.Names}}']);
}
