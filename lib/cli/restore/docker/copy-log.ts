import { runInBackup } from './backup-container';
import type { Subject } from '../context';

/** Returns true if the write-ahead log is received, in addition to dumps. */
export function hasLog({ record }: Subject): boolean {
  return 'wal-copy' in record.settings.jobs;
}

/** Updates the copies of the log up to now, if the backup program runs. */
export async function copyLog(subject: Subject): Promise<void> {
  if (hasLog(subject)) await tell(subject, ['run', 'wal-copy']);
}

/** Updates the copies of the log once the server is stopped, up to its very end. */
export async function flushLog(subject: Subject): Promise<void> {
  if (hasLog(subject)) await tell(subject, ['flush']);
}

/**
 * Runs a command of the backup program. A failure is only a warning: a user who restores may no longer have a host that
 * could copy anything.
 */
async function tell(subject: Subject, args: readonly string[]): Promise<void> {
  const { session, signal } = subject;
  const problem = await runInBackup(subject, args, { signal });
  if (problem !== undefined) session.warn(`The log of the last minutes may be missing in the repositories: ${problem}`);
}
