import { assertVolumeName, ConfigurationError, quoted } from '../../values';
import { RESTORED_LABEL } from './labels';
import { usersOf } from './server-container';
import type { VolumeUser } from './server-container';
import { timeStamp } from './stamp';
import { titleOf } from './subject';
import type { Subject } from './subject';

/** The volume that is restored into. */
export interface TargetVolume {
  readonly name: string;
  /** Takes away what was made of it; a volume that was there before stays. */
  readonly discard: () => Promise<void>;
}

/**
 * A new volume for a restore. Where the stack has none yet, as on a new host, it is the one that the program names.
 *
 * @param wanted - name that somebody chose
 * @throws ConfigurationError when a container has it already; that it is empty is found out by who restores
 */
export async function targetVolume(subject: Subject, wanted: string | undefined, now: number): Promise<TargetVolume> {
  const { docker, record } = subject;
  const { name: volume, declared } = record.volume;
  if (wanted !== undefined) assertVolumeName(undefined, '--volume', wanted);
  const fresh = (await docker.has('volume', volume)) ? `${declared}-${timeStamp(now)}` : volume;
  const name = wanted ?? fresh;
  if (await docker.has('volume', name)) {
    refuseUsed(name, await usersOf(subject, name));
    return { name, discard: async () => undefined };
  }
  await docker.run(['volume', 'create', '--label', `${RESTORED_LABEL}=${titleOf(subject)}`, name]);
  return { name, discard: async () => void (await docker.try(['volume', 'rm', name])) };
}

/** @throws ConfigurationError that names the containers which have it */
export function refuseUsed(volume: string, users: readonly VolumeUser[]): void {
  if (users.length === 0) return;
  const names = users.map(({ name }) => name).join(', ');
  throw new ConfigurationError(
    undefined,
    `volume ${quoted(volume)} is in use by ${names}; name another one, or remove what has it`,
  );
}
