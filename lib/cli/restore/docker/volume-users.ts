import { WORKLOAD_LABEL, workloadKey } from '../../../model/stack/labels';
import type { Subject } from '../context';

/** A container that mounts a volume, running or not. */
export interface VolumeUser {
  readonly name: string;
  /** True if it belongs to a service that a deploy moves to another volume. */
  readonly isOwn: boolean;
}

/** Returns all containers that mount a volume. */
export async function usersOf({ docker, manifest, record }: Subject, volume: string): Promise<readonly VolumeUser[]> {
  const own = record.services.map((hostname) => workloadKey(manifest.stack, hostname));
  const format = `{{.Names}} {{.Label "${WORKLOAD_LABEL}"}}`;
  const lines = await docker.lines(['ps', '--all', '--filter', `volume=${volume}`, '--format', format]);
  return lines.map((line) => {
    const [name = '', key = ''] = line.split(' ');
    return { name, isOwn: own.includes(key) };
  });
}
