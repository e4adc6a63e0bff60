import type { BackupPlace } from '../../../model/stack/backup-record';
import { confirm } from '../../terminal/ask';
import { refuseMissingSecrets } from '../../secrets/stack-secrets';
import { refuseMissingKeys, withTools } from '../docker/backup-tools';
import type { BackupTools } from '../docker/backup-tools';
import { copyLog, flushLog } from '../docker/copy-log';
import { backUp, deployOn, pointTo, useCommand } from '../deploy/deploy';
import { checkPoint, fill, proofOf } from '../docker/fill-volume';
import type { Filled } from '../docker/fill-volume';
import { findPoint } from '../points/find-point';
import { tellJobs, tellSkipped } from '../points/jobs';
import { kindOf } from '../points/source-kind';
import { describePoint } from '../points/restore-point';
import { stopServer } from '../docker/server-container';
import { titleOf } from '../context';
import type { Subject } from '../context';
import { targetVolume } from '../docker/target-volume';
import type { TargetVolume } from '../docker/target-volume';

export interface InPlaceOptions {
  /** Point to restore, as the user wrote it. */
  readonly to: string;
  /** Name for the new volume. */
  readonly volume?: string;
  /** If true, the command does not ask. */
  readonly yes: boolean;
}

/** A subject of a restore, and its source. */
export interface Wanted {
  readonly subject: Subject;
  readonly place: BackupPlace;
}

interface Ready extends Wanted {
  readonly target: TargetVolume;
  readonly filled: Filled;
  /** Previous volume, if there is one. */
  readonly before?: string;
}

/**
 * Restores servers and volumes into new volumes, and deploys the stack on them once. It never touches the previous
 * volumes. Until the stack is deployed, a failure restores the previous state.
 *
 * @returns the exit code
 */
export async function restoreInPlace(
  first: Wanted,
  others: readonly Wanted[],
  options: InPlaceOptions,
): Promise<number> {
  const { session } = first.subject;
  // Checked first: the command that generates missing secrets would generate a key that opens no repository.
  for (const { subject, place } of [first, ...others]) refuseMissingKeys(subject, place);
  refuseMissingSecrets([first.subject], session);
  const started = Date.now();
  const ready = await prepareAll([first, ...others], options);
  const loaded = Date.now();
  await deployOn(first.subject, ready.map(({ target }) => target.name).join(', '));
  const deployed = Date.now();
  const saved: boolean[] = [];
  for (const { subject } of ready) saved.push(await backUp(subject));
  for (const one of ready) report(one);
  session.print(`  restored in ${secondsSince(started, loaded)}, deployed in ${secondsSince(loaded, deployed)}`);
  for (const { subject } of ready) await tellSkipped(subject);
  for (const one of ready) tellBefore(one);
  return saved.every((isSaved) => isSaved) ? 0 : 1;
}

function report({ subject, filled }: Ready): void {
  subject.session.print(`\n${titleOf(subject)} is back at ${describePoint(filled.point)}`);
  subject.session.print(`  ${proofOf(filled)}`);
}

function tellBefore({ subject, target, before }: Ready): void {
  const { manifest, record, session } = subject;
  if (record.volume.name === target.name) return;
  if (before !== undefined)
    session.print(`The volume of before, ${before}, is kept. Back to it: ${useCommand(subject, before)}`);
  session.print(`Commit ${manifest.volumesFile}: it says that the data is in ${target.name}.`);
}

async function prepareAll(wanted: readonly Wanted[], options: InPlaceOptions): Promise<readonly Ready[]> {
  const ready: Ready[] = [];
  try {
    for (const { subject, place } of wanted) {
      const { name } = subject.record.volume;
      const before = (await subject.docker.has('volume', name)) ? name : undefined;
      const target = await targetVolume(subject, options.volume, Date.now());
      ready.push({ subject, place, target, before, filled: await restoreInto(subject, place, target, options) });
    }
    return ready;
  } catch (error) {
    for (const { target } of ready) await target.discard();
    throw error;
  }
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
  tellJobs(subject);
  const question = `Put ${titleOf(subject)} back to ${describePoint(point)}? ${kindOf(subject.record).consequence}`;
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
