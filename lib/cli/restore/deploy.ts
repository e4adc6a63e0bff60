import { ConfigurationError } from '../../values';
import { milestones } from '../milestones';
import { readProject } from '../project';
import { requireTerraform } from '../requirements';
import { applyInOrder } from '../stack-apply';
import { selectStacks } from '../synthesized-stack';
import type { SynthesizedStack } from '../synthesized-stack';
import { synthesize } from '../synthesis';
import { findTerraform } from '../terraform-program';
import { runInBackup } from './backup-container';
import { hasLog } from './copy-log';
import { kindOf } from './kind';
import { noteVolume } from './volumes-file';
import type { Subject } from './subject';
import { forgetVolume } from './terraform';

/** Points the stack at a volume: the next deploy is on it. */
export async function pointTo(subject: Subject, volume: string): Promise<void> {
  const { manifest, record } = subject;
  const { declared, name: before } = record.volume;
  if (volume === before) return;
  await forgetVolume(subject, declared);
  noteVolume(manifest.volumesFile, declared, volume);
}

/**
 * Deploys the stack on the volume that it was pointed to.
 *
 * @param back - how to get back to what was before, where that is not another volume alone
 * @throws ConfigurationError that says how to go on when the deploy failed
 */
export async function deployOn(subject: Subject, volume: string, back?: string): Promise<void> {
  const { manifest, record, session } = subject;
  const { name: before } = record.volume;
  session.print(`Deploying ${manifest.stack} on volume ${volume} …`);
  if (await isDeployed(subject)) return;
  const way = back ?? (volume === before ? '' : `Back to the data of before: ${useCommand(subject, before)}`);
  throw new ConfigurationError(
    undefined,
    `the restored data is in volume ${volume}, and the deploy failed. Once more: ` +
      `${session.call('deploy')} ${manifest.stack}. ${way}`.trim(),
  );
}

async function isDeployed(subject: Subject): Promise<boolean> {
  const { session, variables } = subject;
  try {
    const stack = describedAnew(subject);
    const { exitCode, failure } = await applyInOrder({
      command: 'deploy',
      stacks: [stack],
      terraform: requireTerraform([stack], findTerraform(variables)),
      session: { ...session, hasColours: false },
      variables,
      print: milestones(session.print),
    });
    if (exitCode !== 0 && failure !== '') session.warn(failure);
    return exitCode === 0;
  } catch (error) {
    if (!ConfigurationError.isConfigurationError(error)) throw error;
    session.warn(error.message);
    return false;
  }
}

/** The stack on its new volume, which a synthesis reads from `volumes.json`. */
function describedAnew({ session, variables, manifest, stack }: Subject): SynthesizedStack {
  const [found = stack] = selectStacks(synthesize(readProject(session.directory), variables), [manifest.stack]);
  return found;
}

/** The command itself, about the same database or volume. */
export function callOf({ session, manifest, record }: Subject): string {
  const others = manifest.backups.length > 1 ? ` --service ${record.hostname}` : '';
  return `${session.call('restore')} ${manifest.stack}${others}`;
}

/** How the stack is put on another of its volumes. */
export function useCommand(subject: Subject, volume: string): string {
  return `${callOf(subject)} --use ${volume}`;
}

/**
 * A backup of what runs now: those before a restore are of another past.
 *
 * @returns whether there is one
 */
export async function backUp(subject: Subject): Promise<boolean> {
  subject.session.print('Taking a backup of what runs now …');
  // A log that does not go on is no reason to do without a dump.
  const problems = [hasLog(subject) ? await beginLog(subject) : undefined, await takeBackup(subject)];
  const said = problems.flatMap((problem) => problem?.trim() ?? []);
  if (said.length === 0) return true;
  subject.session.warn(`The data is in place, but not all of it was backed up: ${said.join('\n')}`);
  return false;
}

/** Runs the job of the container that takes backups, when it has time. Returns why it failed. */
export function takeBackup(subject: Subject): Promise<string | undefined> {
  return runInBackup(subject, ['run', kindOf(subject.record).job]);
}

/** The log of a server that has another past than before begins with a base backup of it. */
function beginLog(subject: Subject): Promise<string | undefined> {
  return runInBackup(subject, ['repair']);
}
