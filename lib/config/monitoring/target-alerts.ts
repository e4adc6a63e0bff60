import { Duration } from '../../values';
import type { AlertRule } from '../../values';
import { about, FEW_STARTS } from './subject';
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
  return mostStarts === false ? known : [...known, restarting(subject, mostStarts)];
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

function restarting(subject: AlertSubject, most = FEW_STARTS): AlertRule {
  const { job } = subject;
  return about(subject, {
    name: 'ServiceRestarting',
    severity: 'warning',
    expr: `max(changes(process_start_time_seconds{job="${job}"}[15m])) > ${most}`,
    for: Duration.minutes(1),
    summary: `${job} was started {{ $value }} times in 15 minutes`,
    description: `Read the last lines of the log of ${job}, and see with \`docker inspect\` whether it was killed for its memory (OOMKilled).`,
  });
}
