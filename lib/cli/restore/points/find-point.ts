import type { BackupTools } from '../docker/backup-tools';
import { choosePoint } from './restore-point';
import type { RestorePoint } from './restore-point';

/** Returns the point of a repository that a user's text means. */
export async function findPoint(tools: BackupTools, text: string, now: number): Promise<RestorePoint> {
  return choosePoint(await tools.ask<readonly RestorePoint[]>('list'), text, now);
}

/** Returns the dump of a repository that a user's text means. */
export async function findDump(tools: BackupTools, text: string, now: number): Promise<RestorePoint> {
  return choosePoint(await dumpsOf(tools), text, now);
}

/** Returns all dumps of a repository, oldest first. */
export async function dumpsOf(tools: BackupTools): Promise<readonly RestorePoint[]> {
  return (await tools.ask<readonly RestorePoint[]>('list')).filter(({ kind }) => kind === 'dump');
}
