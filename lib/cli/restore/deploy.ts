import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigurationError } from '../../values';
import { applyStacks } from '../terraform-command';
import { runningContainers } from './server-container';
import { noteVolume } from './volumes-file';
import type { Subject } from './subject';

/** Milliseconds between two tries to take a backup, and how often: another job may have just begun. */
const PAUSE = 2_000;
const TRIES = 900;

/**
 * Points the stack at a volume, and deploys it.
 *
 * @throws ConfigurationError that says how to go on when the deploy failed
 */
export async function switchTo(subject: Subject, volume: string): Promise<void> {
  const { manifest, record, session } = subject;
  const { declared, volume: before } = record.server.data;
  if (volume !== before) noteVolume(manifest.volumesFile, declared, volume);
  session.print(`Deploying ${manifest.stack} on volume ${volume} …`);
  const exitCode = await applyStacks('deploy', [manifest.stack, '--auto-approve'], session);
  if (exitCode === 0) return;
  const back = volume === before ? '' : `; back to the data of before: ${useCommand(subject, before)}`;
  throw new ConfigurationError(
    undefined,
    `the restored data is in volume ${volume}, and the deploy failed. Once more: ` +
      `${session.call('deploy')} ${manifest.stack}${back}`,
  );
}

/** How the stack is put on another of its volumes. */
export function useCommand({ session, manifest }: Subject, volume: string): string {
  return `${session.call('restore')} ${manifest.stack} --use ${volume}`;
}

/**
 * A backup of what runs now: those before a restore are of another past.
 *
 * @returns whether there is one
 */
export async function backUp(subject: Subject): Promise<boolean> {
  const { docker, record, session } = subject;
  const [container] = await runningContainers(subject, record.hostname);
  session.print('Taking a backup of what runs now …');
  if (container === undefined) return failed(subject, `${record.hostname} does not run`);
  for (let left = TRIES; ; left--) {
    const { status, errors } = await docker.try(['exec', container, 'python3', '-m', 'backup', 'run', 'dump']);
    if (status === 0) return true;
    if (left <= 0 || !errors.includes('another job is running')) return failed(subject, errors);
    await sleep(PAUSE);
  }
}

function failed({ session }: Subject, reason: string): boolean {
  session.warn(`The restore is done, but no new backup was taken: ${reason}`);
  return false;
}
