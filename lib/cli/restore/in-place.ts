import type { BackupPlace } from '../../model/backup-record';
import { refuseMissingSecrets } from '../stack-secrets';
import { withTools } from './backup-tools';
import type { BackupTools } from './backup-tools';
import { confirm } from './confirm';
import { copyLog, flushLog } from './copy-log';
import { backUp, deployOn, pointTo, useCommand } from './deploy';
import { checkPoint, fill, findPoint, proofOf } from './found';
import type { Filled } from './found';
import { describePoint } from './restore-point';
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
 * Restores a server or a volume into a new volume, and deploys the stack on that. The volume of before is never touched; until the
 * stack is deployed, a failure puts everything back.
 *
 * @returns the exit code
 */
export async function restoreInPlace(subject: Subject, place: BackupPlace, options: InPlaceOptions): Promise<number> {
  const { manifest, record, session } = subject;
  refuseMissingSecrets([subject], session);
  const { name: before } = record.volume;
  const isThere = await subject.docker.has('volume', before);
  const started = Date.now();
  const target = await targetVolume(subject, options.volume, started);
  const filled = await restoreInto(subject, place, target, options);
  const loaded = Date.now();
  await deployOn(subject, target.name);
  const deployed = Date.now();
  const isSaved = await backUp(subject);
  session.print(`\n${titleOf(subject)} is back at ${describePoint(filled.point)}`);
  session.print(`  ${proofOf(filled)}`);
  session.print(`  restored in ${secondsSince(started, loaded)}, deployed in ${secondsSince(loaded, deployed)}`);
  if (isThere && before !== target.name) {
    session.print(`The volume of before, ${before}, is kept. Back to it: ${useCommand(subject, before)}`);
  }
  if (before !== target.name)
    session.print(`Commit ${manifest.volumesFile}: it says that the data is in ${target.name}.`);
  return isSaved ? 0 : 1;
}

async function restoreInto(
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
  const { session, signal } = subject;
  const point = await findPoint(tools, to, Date.now());
  await checkPoint(subject, place, tools, point);
  const question = `Stop ${titleOf(subject)} and go back to ${describePoint(point)}?`;
  await confirm(session, question, yes, signal);
  const startAgain = await stopServer(subject);
  try {
    if (point.kind === 'archive') await flushLog(subject);
    session.print(`Restoring ${describePoint(point)} into volume ${target.name} …`);
    const filled = await fill(subject, place, tools, point);
    await pointTo(subject, target.name);
    return filled;
  } catch (error) {
    await startAgain();
    throw error;
  }
}

function secondsSince(from: number, to: number): string {
  return `${Math.round((to - from) / 1000)} s`;
}
