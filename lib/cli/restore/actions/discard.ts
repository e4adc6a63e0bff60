import { ConfigurationError, quote } from '../../../values';
import { confirm } from '../../terminal/ask';
import { containersBeside } from './side-by-side-volume';
import { kindOf } from '../points/source-kind';
import { usersOf } from '../docker/volume-users';
import { titleOf } from '../context';
import type { Subject } from '../context';
import { readNames } from '../deploy/volumes-file';

interface Mount {
  readonly Name?: string;
  readonly Destination: string;
}

/**
 * Removes the containers that a restore started beside the stack, and their volume.
 *
 * @returns the exit code
 * @throws ConfigurationError when there is none, or its volume is the stack's
 */
export async function discard(subject: Subject, yes: boolean): Promise<number> {
  const { docker, record, session, signal } = subject;
  const [container] = await containersBeside(subject);
  if (container === undefined) {
    throw new ConfigurationError(undefined, `nothing was restored beside ${titleOf(subject)}`);
  }
  const mounts = JSON.parse(await docker.run(['inspect', '--format', '{{json .Mounts}}', container])) as Mount[];
  const volume = mounts.find(({ Destination: at }) => at === kindOf(record).mountPath)?.Name;
  if (volume !== undefined) await refuseOwn(subject, volume, container);
  const of = volume === undefined ? '' : ` and its volume ${volume}`;
  await confirm(session, `Remove ${container}${of}?`, yes, signal);
  await docker.run(['rm', '--force', container]);
  if (volume !== undefined) await docker.run(['volume', 'rm', volume]);
  session.print(`Removed ${container}${of}.`);
  return 0;
}

async function refuseOwn(subject: Subject, volume: string, container: string): Promise<void> {
  const { name: present, declared } = subject.record.volume;
  const own = [present, declared, ...Object.values(readNames(subject.manifest.volumesFile))];
  const others = (await usersOf(subject, volume)).filter(({ name }) => name !== container);
  if (!own.includes(volume) && others.length === 0) return;
  throw new ConfigurationError(
    undefined,
    `volume ${quote(volume)} of ${container} belongs to the stack${others.map(({ name }) => `, and ${name} has it`).join('')}; ` +
      `remove only the container: docker rm --force ${container}`,
  );
}
