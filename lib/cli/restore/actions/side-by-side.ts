import type { BackupPlace } from '../../../model/stack/backup-record';
import { ConfigurationError, quote } from '../../../values';
import { withTools } from '../docker/backup-tools';
import { containersBeside, nameOf } from './side-by-side-volume';
import { holdFiles } from './side-by-side-files';
import { startServer } from './side-by-side-server';
import { copyLog } from '../docker/copy-log';
import { callOf, useCommand } from '../deploy/deploy';
import { checkPoint, fill, proofOf } from '../docker/fill-volume';
import { findPoint } from '../points/find-point';
import { kindOf } from '../points/source-kind';
import { describePoint } from '../points/restore-point';
import { timeStamp } from '../points/timestamp';
import { titleOf } from '../context';
import type { Subject } from '../context';
import { targetVolume } from '../docker/target-volume';

/**
 * Restores beside the existing data, into the volume of a separate container. It does not touch the stack.
 *
 * @returns the exit code
 */
export async function restoreBeside(
  subject: Subject,
  place: BackupPlace,
  options: { readonly to: string; readonly volume?: string },
): Promise<number> {
  await refuseSecond(subject);
  const { record, session } = subject;
  // Never the program's own name: the next deploy would give that volume to the stack.
  const name = options.volume ?? `${record.volume.declared}-${timeStamp(Date.now())}`;
  const target = await targetVolume(subject, name, Date.now());
  try {
    await copyLog(subject);
    const filled = await withTools(subject, place, { into: target.name }, async (tools) => {
      const found = await findPoint(tools, options.to, Date.now());
      await checkPoint(subject, place, tools, found);
      session.print(`Restoring ${describePoint(found)} into volume ${target.name} …`);
      return fill(subject, place, tools, found);
    });
    if (record.kind === 'postgres') await startServer({ ...subject, record }, target.name);
    else await holdFiles(subject, target.name);
    session.print(`\nBeside ${titleOf(subject)} runs ${nameOf(subject)}, ${describePoint(filled.point)}`);
    session.print(`  ${proofOf(filled)}`);
  } catch (error) {
    await removeBeside(subject);
    await target.discard();
    throw error;
  }
  explain(subject, target.name);
  return 0;
}

function explain(subject: Subject, volume: string): void {
  const { session, record } = subject;
  const name = nameOf(subject);
  const { program, hint } = kindOf(record);
  session.print(`Look into it: docker exec --interactive --tty ${name} ${program}`);
  if (hint !== undefined) session.print(hint(name));
  session.print(`Remove it, with its volume: ${callOf(subject)} --discard`);
  session.print(`Or let the stack have its data: docker rm --force ${name}, then ${useCommand(subject, volume)}`);
}

/** Removes the containers that this restore has started; before it there were none. */
async function removeBeside(subject: Subject): Promise<void> {
  const [started] = await containersBeside(subject);
  if (started !== undefined) await subject.docker.try(['rm', '--force', started]);
}

async function refuseSecond(subject: Subject): Promise<void> {
  const [other] = await containersBeside(subject);
  if (other === undefined) return;
  throw new ConfigurationError(
    undefined,
    `there is something restored already, ${quote(other)}; remove it first: ${callOf(subject)} --discard`,
  );
}
