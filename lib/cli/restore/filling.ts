import type { BackupPlace, BackupRecord } from '../../model/backup-record';
import type { BackupTools } from './backup-tools';
import { kindOf } from './kind';
import type { RestorePoint } from './restore-point';
import type { Subject } from './subject';

/** What the backup program says of a finished restore of a server. */
export interface Restored {
  readonly databases: readonly string[];
  readonly tables: number;
  readonly rows: number;
  /** Of an archive: when the last transaction was committed that is in it. */
  readonly lastCommit?: string | null;
  /** Roles that own something in the dump, and were gone. */
  readonly roles?: readonly string[];
}

/** The same of a volume. */
export interface RestoredFiles {
  readonly files: number;
}

/** Something that was brought back. */
export interface Filled {
  readonly point: RestorePoint;
  readonly restored: Restored | RestoredFiles;
}

/** Looks whether a point could be restored, before anything is stopped for it. */
export async function checkPoint(
  { record }: Subject,
  place: BackupPlace,
  tools: BackupTools,
  point: RestorePoint,
): Promise<void> {
  await tools.ask(...restoreWords(record, place, point), '--check');
}

/** Restores a point into the volume that the tools have. */
export async function fill(
  { record }: Subject,
  place: BackupPlace,
  tools: BackupTools,
  point: RestorePoint,
): Promise<Filled> {
  const words = [...restoreWords(record, place, point), ...kindOf(record).settings];
  const restored = await tools.ask<Filled['restored']>(...words);
  return { point, restored };
}

function restoreWords(record: BackupRecord, place: BackupPlace, point: RestorePoint): readonly string[] {
  const { directory } = kindOf(record);
  const to = point.to ?? point.id;
  return ['restore', `--kind=${point.kind}`, `--to=${to}`, `--repository=${place.name}`, `--into=${directory}`];
}

/** What was compared. */
export function proofOf({ restored, point }: Filled): string {
  if ('files' in restored) return `${restored.files} files: each is as it was saved, to the byte`;
  const { databases, tables, rows, lastCommit } = restored;
  const proof =
    point.kind === 'dump'
      ? 'each table has the rows that were counted for the dump'
      : `each table was read${lastCommit ? `, the last transaction is of ${lastCommit}` : ''}`;
  return `${databases.length} databases (${databases.join(', ')}), ${tables} tables, ${rows} rows: ${proof}`;
}
