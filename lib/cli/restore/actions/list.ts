import type { BackupPlace } from '../../../model/stack/backup-record';
import { ConfigurationError } from '../../../values';
import { withTools } from '../docker/backup-tools';
import { pointTable } from '../points/restore-point';
import type { RestorePoint } from '../points/restore-point';
import { placeOf, titleOf } from '../context';
import type { Scene, Subject } from '../context';

/**
 * Prints the content of the repositories. A repository that cannot be read is reported, and the others are still
 * listed.
 *
 * @returns the exit code: 1 when a repository could not be read
 */
export async function listPoints(subject: Subject, from: string | undefined): Promise<number> {
  const { record, session } = subject;
  const places = from === undefined ? record.settings.repositories : [placeOf(record, from)];
  const points: RestorePoint[] = [];
  let exitCode = 0;
  for (const place of places) {
    try {
      points.push(...(await pointsOf(subject, place)));
    } catch (error) {
      if (!ConfigurationError.isConfigurationError(error)) throw error;
      session.warn(`repository ${place.name}: ${error.detail}`);
      exitCode = 1;
    }
  }
  if (points.length > 0) session.print(pointTable(points));
  else session.warn(`There is nothing that ${titleOf(subject)} could be brought back to.`);
  return exitCode;
}

/**
 * Prints the backups of the whole stack.
 *
 * @returns the exit code: 1 when a repository could not be read
 */
export async function listAll(scene: Scene, from: string | undefined): Promise<number> {
  let exitCode = 0;
  for (const record of scene.manifest.backups) {
    const subject = { ...scene, record };
    scene.session.print(`${titleOf(subject)} (--service ${record.hostname}):`);
    exitCode = Math.max(exitCode, await listPoints(subject, from));
  }
  return exitCode;
}

function pointsOf(subject: Subject, place: BackupPlace): Promise<readonly RestorePoint[]> {
  return withTools(subject, place, {}, (tools) => tools.ask<readonly RestorePoint[]>('list'));
}
