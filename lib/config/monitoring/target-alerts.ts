import { Duration } from '../../values';
import type { AlertRule } from '../../values';
import { restarting } from './restart-alert';
import { about } from './subject';
import type { AlertSubject } from './subject';

/** Longer than a rollout takes from one container to the next. */
const AWAY = Duration.minutes(1);

/**
 * Rules for whatever has metrics: it is down, or it starts again and again.
 * @param mostStarts in 15 minutes; false where its starts are known of its containers
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
    // Nothing is found under the name of what does not run, so there is no `up` of it then.
    expr: `(sum(up{job="${job}"}) or vector(0)) == 0`,
    for: AWAY,
    summary: `No container of ${job} answers for its metrics`,
    description: `See with \`docker ps --all\` whether ${job} runs and is healthy, then read its log. If it does, see that Prometheus is in its network.`,
  });
}
