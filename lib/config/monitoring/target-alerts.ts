import { Duration } from '../../values';
import type { AlertRule } from '../../values';
import { restarting } from './restart-alert';
import { about } from './subject';
import type { AlertSubject } from './subject';

/** Longer than the gap between two containers in a rollout. */
const AWAY = Duration.minutes(1);

/**
 * Returns rules for each service with metrics: it is down, or it restarts again and again.
 * @param mostStarts in 15 minutes; false if its restarts are known from its containers
 */
export function targetAlerts(
  subject: AlertSubject,
  severity: 'critical' | 'warning',
  mostStarts?: number | false,
): readonly AlertRule[] {
  const known = [down(subject, severity)];
  if (mostStarts === false) return known;
  const { job } = subject;
  return [...known, about(subject, restarting(job, `process_start_time_seconds{job="${job}"}`, mostStarts))];
}

function down(subject: AlertSubject, severity: 'critical' | 'warning'): AlertRule {
  const { job } = subject;
  return about(subject, {
    name: 'TargetDown',
    severity,
    // The name of a stopped service does not resolve, so it has no `up`.
    expr: `(sum(up{job="${job}"}) or vector(0)) == 0`,
    for: AWAY,
    summary: `No container of ${job} answers for its metrics`,
    description: `See with \`docker ps --all\` whether ${job} runs and is healthy, then read its log. If it does, see that Prometheus is in its network.`,
  });
}
