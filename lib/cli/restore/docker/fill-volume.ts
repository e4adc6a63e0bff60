import type { BackupPlace, BackupRecord } from '../../../model/stack/backup-record';
import type { BackupTools } from './backup-tools';
import { kindOf } from '../points/source-kind';
import type { RestorePoint } from '../points/restore-point';
import { shownName } from '../../terminal/shown-name';
import type { Subject } from '../context';

/** Result of the backup program for a restored server. */
export interface Restored {
  readonly databases: readonly string[];
  readonly tables: number;
  readonly rows: number;
  /** Time of the last committed transaction in an archive. */
  readonly lastCommit?: string | null;
  /** Roles that own objects in the dump, and no longer existed. */
  readonly roles?: readonly string[];
}

/** Result of the backup program for a restored volume. */
export interface RestoredFiles {
  readonly files: number;
}

/** Result of a restore. */
export interface Filled {
  readonly point: RestorePoint;
  readonly restored: Restored | RestoredFiles;
}

/** Checks whether a point could be restored, before anything is stopped for it. */
export async function checkPoint(
  { record }: Subject,
  place: BackupPlace,
  tools: BackupTools,
  point: RestorePoint,
): Promise<void> {
  await tools.ask('restore', ...pointWords(point), fromWord(place), intoWord(record), '--check');
}

/** Restores a point into the volume of the tools. */
export async function fill(
  { record }: Subject,
  place: BackupPlace,
  tools: BackupTools,
  point: RestorePoint,
): Promise<Filled> {
  const args = ['restore', ...pointWords(point)];
  if (record.kind === 'volume') {
    return { point, restored: await tools.ask<RestoredFiles>(...args, fromWord(place), intoWord(record)) };
  }
  await fetchPoint(place, tools, point);
  return { point, restored: await tools.load<Restored>([...args, intoWord(record), ...kindOf(record).settings]) };
}

/** Fetches a point of a server to a place where it can be loaded. */
export async function fetchPoint(place: BackupPlace, tools: BackupTools, point: RestorePoint): Promise<void> {
  await tools.ask('fetch', ...pointWords(point), fromWord(place));
}

const pointWords = ({ id, kind, to = id }: RestorePoint): readonly string[] => [`--kind=${kind}`, `--to=${to}`];
const intoWord = (record: BackupRecord): string => `--into=${kindOf(record).directory}`;
const fromWord = ({ name }: BackupPlace): string => `--repository=${name}`;

/** Returns the comparison as text. */
export function proofOf({ restored, point }: Filled): string {
  if ('files' in restored) return `${restored.files} files: each is as it was saved, to the byte`;
  const { databases, tables, rows, lastCommit } = restored;
  const proof =
    point.kind === 'dump'
      ? 'each table has the rows that were counted for the dump'
      : `each table was read${lastCommit ? `, the last transaction is of ${lastCommit}` : ''}`;
  return `${databases.length} databases (${databases.map(shownName).join(', ')}), ${tables} tables, ${rows} rows: ${proof}`;
}
