import { Duration } from '../../../values';
import type { AlertRule } from '../../../values';
import { WATCHDOG } from '../../alertmanager/alertmanager';
import { about } from '../subject';
import type { AlertSubject } from '../subject';

const SOON = Duration.minutes(5);

/** Returns the rule that always fires. If it does not arrive, no other alert would. */
export function watchdog(stack: string): AlertRule {
  return {
    name: WATCHDOG,
    severity: 'none',
    expr: 'vector(1)',
    for: Duration.seconds(0),
    labels: { stack },
    summary: 'Alerts arrive',
    description: 'Nothing. It always fires; who waits for it hears when the monitoring itself is gone.',
  };
}

/** Returns rules of a Prometheus about itself. */
export function prometheusAlerts(subject: AlertSubject, hasAlertmanager: boolean): readonly AlertRule[] {
  const of = `{job="${subject.job}"}`;
  const log = `Read the log of ${subject.job}`;
  const own: readonly AlertRule[] = [
    about(subject, {
      name: 'PrometheusConfigurationRefused',
      severity: 'warning',
      expr: `prometheus_config_last_reload_successful${of} == 0`,
      for: SOON,
      summary: 'Prometheus works with an older configuration than it was given',
      description: `${log}; correct what it names, and deploy again.`,
    }),
    about(subject, {
      name: 'PrometheusRuleFails',
      severity: 'critical',
      expr: `sum(increase(prometheus_rule_evaluation_failures_total${of}[5m])) > 0`,
      for: SOON,
      summary: 'Rules of Prometheus fail, so their alerts would not come',
      description: `${log}: it names the rule. A rule of your own may match several series where one is meant.`,
    }),
    about(subject, {
      name: 'PrometheusLosesSamples',
      severity: 'warning',
      expr: `sum(increase(prometheus_target_scrapes_sample_duplicate_timestamp_total${of}[10m])) + sum(increase(prometheus_target_scrapes_sample_out_of_order_total${of}[10m])) > 0`,
      for: Duration.minutes(10),
      summary: 'Prometheus drops samples of which it has others of the same time',
      description: `${log}. Two scrape jobs may read one place under the same labels.`,
    }),
  ];
  return hasAlertmanager ? [...own, undelivered(subject)] : own;
}

function undelivered(subject: AlertSubject): AlertRule {
  const of = `{job="${subject.job}"}`;
  return about(subject, {
    name: 'PrometheusCannotAlert',
    severity: 'critical',
    expr: `sum(increase(prometheus_notifications_dropped_total${of}[5m])) > 0 or prometheus_notifications_alertmanagers_discovered${of} < 1`,
    for: SOON,
    summary: 'Alerts of Prometheus do not reach Alertmanager',
    description: 'See whether Alertmanager runs and is healthy, then read its log.',
  });
}

/** Returns rules about an Alertmanager. */
export function alertmanagerAlerts(subject: AlertSubject): readonly AlertRule[] {
  const of = `{job="${subject.job}"}`;
  return [
    about(subject, {
      name: 'AlertmanagerConfigurationRefused',
      severity: 'warning',
      expr: `alertmanager_config_last_reload_successful${of} == 0`,
      for: SOON,
      summary: 'Alertmanager works with an older configuration than it was given',
      description: `Read the log of ${subject.job}; correct what it names, and deploy again.`,
    }),
    about(subject, {
      name: 'NotificationsFail',
      severity: 'critical',
      expr: `sum by (integration) (increase(alertmanager_notifications_failed_total${of}[10m])) > 0`,
      for: Duration.seconds(0),
      summary: 'Alertmanager cannot tell anybody by {{ $labels.integration }}',
      description: `Read in the log of ${subject.job} what the other side answers; see whether its address and its credentials are still good.`,
    }),
  ];
}
