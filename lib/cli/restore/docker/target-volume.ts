import { assertVolumeName, ConfigurationError, quote } from '../../../values';
import type { TerraformDocument } from '../../project/synthesized-stack';
import { RESTORED_LABEL } from './labels';
import { usersOf } from './volume-users';
import type { VolumeUser } from './volume-users';
import { timeStamp } from '../points/timestamp';
import { keyOf } from '../context';
import type { Subject } from '../context';

/** The volume to restore into. */
export interface TargetVolume {
  readonly name: string;
  /** Removes what was made; a volume that existed before stays. */
  readonly discard: () => Promise<void>;
}

/**
 * Returns a new volume for a restore. If the stack has none yet, as on a new host, it is the program's own volume.
 *
 * @param wanted - name that the user chose
 * @throws ConfigurationError when a container mounts it already; the restore itself checks that it is empty
 */
export async function targetVolume(subject: Subject, wanted: string | undefined, now: number): Promise<TargetVolume> {
  const { docker, record } = subject;
  const { name: volume, declared } = record.volume;
  if (wanted !== undefined) assertVolumeName(undefined, '--volume', wanted);
  const fresh = (await docker.has('volume', volume)) ? `${declared}-${timeStamp(now)}` : volume;
  const name = wanted ?? fresh;
  refuseOthers(subject, name);
  if (await docker.has('volume', name)) {
    refuseUsed(name, await usersOf(subject, name));
    return { name, discard: async () => undefined };
  }
  await docker.run(['volume', 'create', '--label', `${RESTORED_LABEL}=${keyOf(subject)}`, name]);
  return { name, discard: async () => void (await docker.try(['volume', 'rm', name])) };
}

/**
 * Refuses a volume with another purpose.
 * @throws ConfigurationError for a volume that the program uses for something else, such as a repository
 */
export function refuseOthers({ record, stack }: Subject, volume: string): void {
  if (volume === record.volume.name || !volumesOf(stack.document).includes(volume)) return;
  throw new ConfigurationError(
    undefined,
    `volume ${quote(volume)} is another one of the stack, and does not hold what ${quote(record.name)} is to be; name the one of ` +
      'before, or one that a restore made',
  );
}

/** Returns the names of all volumes in a document: of those that are resources, and of those that are only mounted. */
function volumesOf({ resource = {} }: TerraformDocument): readonly unknown[] {
  const mounted = Object.values(resource.docker_container ?? {}).flatMap(
    (container) => (container as { readonly volumes?: readonly { readonly volume_name?: string }[] }).volumes ?? [],
  );
  const declared = Object.values(resource.docker_volume ?? {}) as readonly { readonly name?: string }[];
  return [...mounted.map((mount) => mount.volume_name), ...declared.map(({ name }) => name)];
}

/**
 * Refuses a volume in use.
 * @throws ConfigurationError that names the containers that mount it
 */
export function refuseUsed(volume: string, users: readonly VolumeUser[]): void {
  if (users.length === 0) return;
  const names = users.map(({ name }) => name).join(', ');
  throw new ConfigurationError(
    undefined,
    `volume ${quote(volume)} is in use by ${names}; name another one, or remove what has it`,
  );
}
