import { Duration } from '../../values';
import type { AlertRule } from '../../values';
import type { JobSettings } from './backup-settings';

/** What the alerts of a backup are about. */
export interface BackupAlerts {
  /** Name under which the backup program's metrics are scraped. */
  readonly scrapeJob: string;
  /** The stack, as a label. */
  readonly stack: string;
  /** What is saved, in words. */
  readonly source: string;
  readonly jobs: Readonly<Record<string, JobSettings>>;
}

interface Subject extends BackupAlerts {
  readonly task: string;
  readonly settings: JobSettings;
}

/** Jobs that can wait for the morning when they do not do what they should; without the others data may be lost. */
const CAN_WAIT: ReadonlySet<string> = new Set(['check']);
/** Jobs whose results are comparable in size. */
export const SIZED: ReadonlySet<string> = new Set(['dump', 'base-backup', 'files']);

/** A redeploy takes the program away for a minute. */
const ABSENCE = Duration.minutes(10);
/** What the scheduler and the scrapes add to a job's own time. */
const SLACK = Duration.minutes(15);
/** Two scrapes of a common interval. */
const SOON = Duration.minutes(2);

/** Rules for each job of a backup program, with limits that follow from its schedule and its time limit. */
export function backupAlerts(alerts: BackupAlerts): readonly AlertRule[] {
  return Object.entries(alerts.jobs).flatMap(([task, settings]) => {
    const subject = { ...alerts, task, settings };
    const rules = [absent, failed, tooOld, neverSucceeded, unfinished].map((make) => make(subject));
    return SIZED.has(task) ? [...rules, shrank(subject)] : rules;
  });
}

/** The oldest that a result may be: half a period late, and as long as the job may take. */
export function oldestResult({ schedule, timeLimit }: JobSettings): Duration {
  return schedule.longestGap().times(1.5).plus(timeLimit);
}

function absent(subject: Subject): AlertRule {
  const summary = `No metrics of the ${subject.task} of ${subject.source}: nobody knows whether it still runs`;
  const description =
    'See whether the backup container runs and whether Prometheus is in its network; then read its log.';
  const expr = `absent(${metrics(subject).success})`;
  return rule(subject, 'BackupAbsent', { expr, for: ABSENCE, summary, description });
}

/** Compared by time, so that it stays while a failed job is tried again; or, where a clock was wrong, by its outcome. */
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

/** At first all jobs are due, and each may wait until the others have taken all of their time. */
function neverSucceeded(subject: Subject): AlertRule {
  const all = Object.values(subject.jobs).reduce((sum, { timeLimit }) => sum.plus(timeLimit), SLACK);
  const summary = `The ${subject.task} of ${subject.source} has never ended well`;
  const description = `Read the backup container's log; then run \`python3 -m backup run ${subject.task}\` in it.`;
  const expr = `${metrics(subject).success} == 0`;
  return rule(subject, 'BackupNeverSucceeded', { expr, for: all, summary, description });
}

/** It runs, or was killed, be it once or again and again: such a run records no end. */
function unfinished(subject: Subject): AlertRule {
  const { ok, end, start } = metrics(subject);
  const summary = `The ${subject.task} of ${subject.source} began and has not ended within its time limit`;
  const description = 'It hangs, or is killed each time: see whether the container lacks memory, and restart it.';
  const limit = subject.settings.timeLimit.plus(SLACK);
  return rule(subject, 'BackupUnfinished', {
    expr: `${ok} == 0 unless ${end} >= ${start}`,
    for: limit,
    summary,
    description,
  });
}

/** Against its own largest of two periods, a week at least; looked at hour by hour, which costs Prometheus little. */
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

/** What the backup program says of a job. */
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
