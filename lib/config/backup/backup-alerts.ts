import { Duration } from '../../values';
import type { AlertRule } from '../../values';
import type { JobSettings } from './backup-settings';

/** Subject of the alerts of a backup. */
export interface BackupAlerts {
  /** Name under which the backup program's metrics are scraped. */
  readonly scrapeJob: string;
  /** The stack, as a label. */
  readonly stack: string;
  /** The data that is saved, in words. */
  readonly source: string;
  readonly jobs: Readonly<Record<string, JobSettings>>;
}

interface Subject extends BackupAlerts {
  readonly task: string;
  readonly settings: JobSettings;
}

/** Jobs whose failure can wait until the morning; for the others data may be lost. */
const CAN_WAIT: ReadonlySet<string> = new Set(['check']);
/** Jobs whose results are comparable in size. */
export const SIZED: ReadonlySet<string> = new Set(['dump', 'base-backup', 'files']);

/** A redeploy stops the program for a minute. */
const ABSENCE = Duration.minutes(10);
/** Delay that the scheduler and the scrapes add to a job's own time. */
const SLACK = Duration.minutes(15);
/** Two scrapes of a common interval. */
const SOON = Duration.minutes(2);

/** Returns rules for each job of a backup program, with limits derived from its schedule and its timeout. */
export function backupAlerts(alerts: BackupAlerts): readonly AlertRule[] {
  return Object.entries(alerts.jobs).flatMap(([task, settings]) => {
    const subject = { ...alerts, task, settings };
    const rules = [absent, failed, tooOld, neverSucceeded, unfinished].map((make) => make(subject));
    return SIZED.has(task) ? [...rules, shrank(subject)] : rules;
  });
}

/** Returns the age above which a result is too old: a period and a half, and the time that the job may take. */
export function oldestResult({ schedule, timeout }: JobSettings): Duration {
  return schedule.longestGap().times(1.5).plus(timeout);
}

function absent(subject: Subject): AlertRule {
  const summary = `No metrics of the ${subject.task} of ${subject.source}: nobody knows whether it still runs`;
  const description =
    'See whether the backup container runs and whether Prometheus is in its network; then read its log.';
  const expr = `absent(${metrics(subject).success})`;
  return rule(subject, 'BackupAbsent', { expr, for: ABSENCE, summary, description });
}

/** Compares times, so that it stays while a failed job is retried; or the outcome, if a clock was wrong. */
function failed(subject: Subject): AlertRule {
  const { ok, end, start, failure, success } = metrics(subject);
  const summary = `The ${subject.task} of ${subject.source} failed`;
  const description = `Read why in the backup container's log; then run \`python3 -m backup run ${subject.task}\` in it.`;
  const expr = `${failure} > ${success} or (${ok} == 0 and ${end} >= ${start})`;
  return rule(subject, 'BackupFailed', { expr, for: SOON, summary, description });
}

function tooOld(subject: Subject): AlertRule {
  const { success } = metrics(subject);
  const summary = `The last good ${subject.task} of ${subject.source} ended {{ $value | humanizeDuration }} ago`;
  const description =
    'See in the log of the backup container whether the job starts and what keeps it from ending well.';
  const expr = `time() - ${success} > ${seconds(oldestResult(subject.settings))} and ${success} > 0`;
  return rule(subject, 'BackupTooOld', { expr, for: SOON, summary, description });
}

/**
 * Covers jobs without a success. At first all jobs are due, and each may wait until the others have used all of their
 * time.
 */
function neverSucceeded(subject: Subject): AlertRule {
  const all = Object.values(subject.jobs).reduce((sum, { timeout }) => sum.plus(timeout), SLACK);
  const summary = `The ${subject.task} of ${subject.source} has never ended well`;
  const description = `Read the backup container's log; then run \`python3 -m backup run ${subject.task}\` in it.`;
  const expr = `${metrics(subject).success} == 0`;
  return rule(subject, 'BackupNeverSucceeded', { expr, for: all, summary, description });
}

/** Covers running and killed runs alike: neither records an end time. */
function unfinished(subject: Subject): AlertRule {
  const { ok, end, start } = metrics(subject);
  const summary = `The ${subject.task} of ${subject.source} began and has not ended within its time limit`;
  const description = 'It hangs, or is killed each time: see whether the container lacks memory, and restart it.';
  const limit = subject.settings.timeout.plus(SLACK);
  return rule(subject, 'BackupUnfinished', {
    expr: `${ok} == 0 unless ${end} >= ${start}`,
    for: limit,
    summary,
    description,
  });
}

/** Compares a size with the largest of two periods, at least a week, one sample an hour to keep the query cheap. */
function shrank(subject: Subject): AlertRule {
  const { size } = metrics(subject);
  const period = subject.settings.schedule.longestGap().times(2).toMillis();
  const window = Duration.millis(Math.max(period, Duration.days(7).toMillis()));
  const summary = `The ${subject.task} of ${subject.source} shrank to {{ $value | humanizePercentage }} of what it was`;
  const description = 'See whether data is missing, or the wrong database is saved. The older backups are still there.';
  const expr = `${size} / max_over_time(${size}[${seconds(window)}s:1h]) < 0.5`;
  return rule(subject, 'BackupShrank', { expr, for: SOON, summary, description });
}

function rule(
  { stack, task }: Subject,
  name: string,
  rest: Pick<AlertRule, 'expr' | 'for' | 'summary' | 'description'>,
): AlertRule {
  return { name, severity: CAN_WAIT.has(task) ? 'warning' : 'critical', labels: { stack, task }, ...rest };
}

/** Returns the names of the metrics of a job. */
function metrics({
  scrapeJob,
  task,
}: Subject): Record<'start' | 'end' | 'success' | 'failure' | 'ok' | 'size', string> {
  const of = (name: string): string => `backup_last_${name}{job="${scrapeJob}",task="${task}"}`;
  return {
    start: of('start_timestamp_seconds'),
    end: of('run_timestamp_seconds'),
    success: of('success_timestamp_seconds'),
    failure: of('failure_timestamp_seconds'),
    ok: of('run_success'),
    size: of('size_bytes'),
  };
}

function seconds(duration: Duration): number {
  return Math.ceil(duration.toMillis() / 1000);
}
