import type { BackupPlace } from '../../model/backup-record';
import type { BackupTools } from './backup-tools';
import { choosePoint } from './restore-point';
import type { RestorePoint } from './restore-point';

/** What the backup program says of a finished restore. */
export interface Restored {
  readonly databases: readonly string[];
  readonly tables: number;
  readonly rows: number;
  /** Of an archive: when the last transaction was committed that is in it. */
  readonly lastCommit?: string | null;
  /** Roles that own something in the dump, and were gone. */
  readonly roles?: readonly string[];
}

/** The point of a repository that somebody means. */
export async function findPoint(tools: BackupTools, text: string, now: number): Promise<RestorePoint> {
  return choosePoint(await tools.ask<readonly RestorePoint[]>('list'), text, now);
}

/** The same among the dumps alone. */
export async function findDump(tools: BackupTools, text: string, now: number): Promise<RestorePoint> {
  return choosePoint(await dumpsOf(tools), text, now);
}

/** All dumps of a repository, oldest first. */
export async function dumpsOf(tools: BackupTools): Promise<readonly RestorePoint[]> {
  return (await tools.ask<readonly RestorePoint[]>('list')).filter(({ kind }) => kind === 'dump');
}

/** Words of the backup program for a whole server; `--` and the server's settings stand behind them. */
export function serverWords(place: BackupPlace, point: RestorePoint, directory: string): readonly string[] {
  const to = point.to ?? point.id;
  return ['restore', `--kind=${point.kind}`, `--to=${to}`, `--repository=${place.name}`, `--into=${directory}`];
}
