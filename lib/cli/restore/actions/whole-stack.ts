import type { BackupRecord } from '../../../model/stack/backup-record';
import { restoreInPlace } from './in-place';
import type { InPlaceOptions, Wanted } from './in-place';
import { placeOf } from '../context';
import type { Scene, Subject } from '../context';

/** Returns one backup of each volume of the stack that is not on this host. */
export async function absentRecords(scene: Scene): Promise<readonly BackupRecord[]> {
  const absent = new Map<string, BackupRecord>();
  for (const record of scene.manifest.backups) {
    const { name } = record.volume;
    if (!absent.has(name) && !(await scene.docker.has('volume', name))) absent.set(name, record);
  }
  return [...absent.values()];
}

/**
 * Restores all data that is not on this host before the stack is deployed on it. A deploy would create the rest empty,
 * and take backups of that.
 *
 * @param from - name of the repository; the first one of each unless stated
 * @returns the exit code
 */
export function restoreStack(
  scene: Scene,
  records: readonly BackupRecord[],
  from: string | undefined,
  options: InPlaceOptions,
): Promise<number> {
  const [first, ...others] = records.map((record): Wanted => ({
    subject: { ...scene, record },
    place: placeOf(record, from),
  }));
  return first === undefined ? Promise.resolve(0) : restoreInPlace(first, others, options);
}

/** Warns about data that the deploy after a restore creates empty. */
export async function warnOfOthers(subject: Subject): Promise<void> {
  const absent = await absentRecords(subject);
  const isOwn = ({ volume }: BackupRecord): boolean => volume.name === subject.record.volume.name;
  const others = absent.filter((record) => !isOwn(record));
  if (!absent.some(isOwn) || others.length === 0) return;
  subject.session.warn(
    `${others.map(({ name }) => name).join(', ')} is not on this host either. The deploy makes it empty, and its next ` +
      'backup is of that. To bring back all of the stack, leave out --service',
  );
}
