import { ConfigurationError } from '../../../values';
import { milestones } from '../../demo/milestones';
import { readProject } from '../../project/project';
import { requireTerraform } from '../../project/requirements';
import { applyInOrder } from '../../terraform/stack-apply';
import { selectStacks } from '../../project/synthesized-stack';
import type { SynthesizedStack } from '../../project/synthesized-stack';
import { synthesize } from '../../project/synthesis';
import { findTerraform } from '../../terraform/terraform-program';
import { runInBackup } from '../docker/backup-container';
import { hasLog } from '../docker/copy-log';
import { kindOf } from '../points/source-kind';
import { noteVolume } from './volumes-file';
import type { Subject } from '../context';
import { forgetVolume } from './terraform';

/** Points the stack at a volume: the next deploy uses it. */
export async function pointTo(subject: Subject, volume: string): Promise<void> {
  const { manifest, record } = subject;
  const { declared, name: before } = record.volume;
  if (volume === before) return;
  await forgetVolume(subject, declared);
  noteVolume(manifest.volumesFile, declared, volume);
}

/**
 * Deploys the stack on the volume that it points to.
 *
 * @param back - instructions to return to the previous state, unless that only takes another volume
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

/** Returns the stack on its new volume, which a synthesis reads from `volumes.json`. */
function describedAnew({ session, variables, manifest, stack }: Subject): SynthesizedStack {
  const [found = stack] = selectStacks(synthesize(readProject(session.directory), variables), [manifest.stack]);
  return found;
}

/** Returns the command itself, for the same database or volume. */
export function callOf({ session, manifest, record }: Subject): string {
  const others = manifest.backups.length > 1 ? ` --service ${record.hostname}` : '';
  return `${session.call('restore')} ${manifest.stack}${others}`;
}

/** Returns the command that puts the stack on another of its volumes. */
export function useCommand(subject: Subject, volume: string): string {
  return `${callOf(subject)} --use ${volume}`;
}

/**
 * Takes a backup of the running data: those before a restore belong to another past.
 *
 * @returns true if there is one
 */
export async function backUp(subject: Subject): Promise<boolean> {
  subject.session.print('Taking a backup of what runs now …');
  // A log that does not continue is not a reason to skip a dump.
  const problems = [hasLog(subject) ? await beginLog(subject) : undefined, await takeBackup(subject)];
  const said = problems.flatMap((problem) => problem?.trim() ?? []);
  if (said.length === 0) return true;
  subject.session.warn(`The data is in place, but not all of it was backed up: ${said.join('\n')}`);
  return false;
}

/** Runs the job of the container that takes backups, once it is free. Returns the reason why it failed. */
export function takeBackup(subject: Subject): Promise<string | undefined> {
  return runInBackup(subject, ['run', kindOf(subject.record).job]);
}

/** Starts the log of a server with a new past, which begins with a base backup of it. */
function beginLog(subject: Subject): Promise<string | undefined> {
  return runInBackup(subject, ['repair']);
}
