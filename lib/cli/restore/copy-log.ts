import { runInBackup } from './backup-container';
import type { Subject } from './subject';

/** Whether the write-ahead log is received, besides dumps. */
export function hasLog({ record }: Subject): boolean {
  return 'wal-copy' in record.settings.jobs;
}

/** Brings the copies of the log up to now, as far as somebody is there to do so. */
export async function copyLog(subject: Subject): Promise<void> {
  if (hasLog(subject)) await tell(subject, ['run', 'wal-copy']);
}

/** The same once the server is stopped: what it wrote to its very end. */
export async function flushLog(subject: Subject): Promise<void> {
  if (hasLog(subject)) await tell(subject, ['flush']);
}

/** Not everybody who restores has a host left that could copy anything. */
async function tell(subject: Subject, words: readonly string[]): Promise<void> {
  const { session, signal } = subject;
  const problem = await runInBackup(subject, words, { signal });
  if (problem !== undefined) session.warn(`The log of the last minutes may be missing in the repositories: ${problem}`);
}
