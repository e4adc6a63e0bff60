import { RESTORED_LABEL } from '../docker/labels';
import { keyOf } from '../context';
import type { Subject } from '../context';

/** Returns the name of the container for data that is restored beside. */
export function nameOf({ manifest, record }: Subject): string {
  return `${manifest.stack}-${record.name}-restored`;
}

/** Returns the names of the containers of data that was restored beside; there is one at a time. */
export function containersBeside(subject: Subject): Promise<readonly string[]> {
  const filter = `label=${RESTORED_LABEL}=${keyOf(subject)}`;
  return subject.docker.lines(['ps', '--all', '--filter', filter, '--format', '{{.Names}}']);
}
