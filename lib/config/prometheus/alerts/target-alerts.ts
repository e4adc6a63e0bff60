import { Duration } from '../../../values';
import type { AlertRule } from '../../../values';
import { restarting } from './restart-alert';
import { about } from '../subject';
import type { OperatedSubject } from '../subject';

/** Longer than the gap between two containers in a rollout. */
const AWAY = Duration.minutes(1);

/**
 * Returns rules for each service with metrics: it is down, or it restarts again and again.
 * @param maxRestarts in 15 minutes; false if its restarts are known from its containers
 */
export function targetAlerts(
  subject: OperatedSubject,
  severity: 'critical' | 'warning',
  maxRestarts?: number | false,
): readonly AlertRule[] {
  const known = [down(subject, severity)];
  if (maxRestarts === false) return known;
  return [
    ...known,
    about(subject, restarting(subject, `process_start_time_seconds{job="${subject.job}"}`, maxRestarts)),
  ];
}

function down(subject: OperatedSubject, severity: 'critical' | 'warning'): AlertRule {
  const { job, commands } = subject;
  return about(subject, {
    name: 'TargetDown',
    severity,
    // The name of a stopped service does not resolve, so it has no `up`.
    expr: `(sum(up{job="${job}"}) or vector(0)) == 0`,
    for: AWAY,
    summary: `No container of ${job} answers for its metrics`,
    description: `See with \`${commands.containers(job)}\` whether ${job} runs and is healthy, then read its log. If it does, see that Prometheus is in its network.`,
  });
}
