import type { BackupPlace } from '../../model/backup-record';
import { refuseMissingSecrets } from '../stack-secrets';
import { withTools } from './backup-tools';
import type { BackupTools } from './backup-tools';
import { confirm } from './confirm';
import { copyLog, flushLog } from './copy-log';
import { backUp, deployOn, pointTo, useCommand } from './deploy';
import { findPoint, serverWords } from './found';
import type { Restored } from './found';
import { describePoint } from './restore-point';
import type { RestorePoint } from './restore-point';
import { stopServer } from './server-container';
import { titleOf } from './subject';
import type { Subject } from './subject';
import { targetVolume } from './target-volume';
import type { TargetVolume } from './target-volume';

export interface InPlaceOptions {
  /** What to come back to, as the user wrote it. */
  readonly to: string;
  /** Name for the new volume. */
  readonly volume?: string;
  /** Whether nobody is asked. */
  readonly yes: boolean;
}

/**
 * Restores the server into a new volume, and deploys the stack on it. The volume of before is never touched; until the
 * stack is deployed, a failure puts everything back.
 *
 * @returns the exit code
 */
export async function restoreInPlace(subject: Subject, place: BackupPlace, options: InPlaceOptions): Promise<number> {
  const { manifest, record, session } = subject;
  refuseMissingSecrets([subject], session);
  const { volume: before } = record.server.data;
  const isThere = await subject.docker.has('volume', before);
  const started = Date.now();
  const target = await targetVolume(subject, options.volume, started);
  const { point, restored } = await fill(subject, place, target, options);
  const loaded = Date.now();
  await deployOn(subject, target.name);
  const deployed = Date.now();
  const isSaved = await backUp(subject);
  session.print(`\n${titleOf(subject)} is back at ${describePoint(point)}`);
  session.print(`  ${countsOf(restored, point)}`);
  session.print(`  restored in ${secondsSince(started, loaded)}, deployed in ${secondsSince(loaded, deployed)}`);
  if (isThere && before !== target.name) {
    session.print(`The volume of before, ${before}, is kept. Back to it: ${useCommand(subject, before)}`);
  }
  if (before !== target.name)
    session.print(`Commit ${manifest.volumesFile}: it says that the data is in ${target.name}.`);
  return isSaved ? 0 : 1;
}

interface Filled {
  readonly point: RestorePoint;
  readonly restored: Restored;
}

async function fill(
  subject: Subject,
  place: BackupPlace,
  target: TargetVolume,
  options: InPlaceOptions,
): Promise<Filled> {
  try {
    await copyLog(subject);
    return await withTools(subject, place, { into: target.name }, (tools) =>
      load(subject, place, tools, target, options),
    );
  } catch (error) {
    await target.discard();
    throw error;
  }
}

async function load(
  subject: Subject,
  place: BackupPlace,
  tools: BackupTools,
  target: TargetVolume,
  { to, yes }: InPlaceOptions,
): Promise<Filled> {
  const { session, record, signal } = subject;
  const { command, data } = record.server;
  const point = await findPoint(tools, to, Date.now());
  const words = serverWords(place, point, data.directory);
  await tools.ask(...words, '--check');
  const question = `Stop ${titleOf(subject)} and go back to ${describePoint(point)}?`;
  await confirm(session, question, yes, signal);
  const startAgain = await stopServer(subject);
  try {
    if (point.kind === 'archive') await flushLog(subject);
    session.print(`Restoring ${describePoint(point)} into volume ${target.name} …`);
    const restored = await tools.ask<Restored>(...words, '--', ...command);
    await pointTo(subject, target.name);
    return { point, restored };
  } catch (error) {
    await startAgain();
    throw error;
  }
}

/** What was compared. */
export function countsOf({ databases, tables, rows, lastCommit }: Restored, { kind }: RestorePoint): string {
  const proof =
    kind === 'dump'
      ? 'each table has the rows that were counted for the dump'
      : `each table was read${lastCommit ? `, the last transaction is of ${lastCommit}` : ''}`;
  return `${databases.length} databases (${databases.join(', ')}), ${tables} tables, ${rows} rows: ${proof}`;
}

function secondsSince(from: number, to: number): string {
  return `${Math.round((to - from) / 1000)} s`;
}
