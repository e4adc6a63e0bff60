import { setTimeout as sleep } from 'node:timers/promises';
import { runningContainers } from './server-container';
import type { Subject } from '../context';

/** Pause in milliseconds between two tries, and their number: another job may have just begun. */
const PAUSE = 2_000;
const TRIES = 900;

/**
 * Runs the program in the container that takes backups, when no other job runs.
 *
 * @returns the reason why it failed; undefined for a success
 * @throws ConfigurationError when it is interrupted by a given signal
 */
export async function runInBackup(
  subject: Subject,
  args: readonly string[],
  options: { readonly signal?: AbortSignal } = {},
): Promise<string | undefined> {
  const { docker, record, signal } = subject;
  const [container] = await runningContainers(subject, record.hostname);
  if (container === undefined) return `${record.hostname} does not run`;
  for (let left = TRIES; ; left--) {
    if (signal.aborted) return `interrupted before \`${args.join(' ')}\``;
    const { status, errors } = await docker.try(['exec', container, 'python3', '-m', 'backup', ...args], options);
    if (status === 0) return undefined;
    if (left <= 0 || !errors.includes('another job is running')) return errors;
    await sleep(PAUSE);
  }
}
