import { Duration } from '../../../values';
import type { AlertRule } from '../../../values';
import type { StoreLimits } from '../../loki/store-limits';
import { about } from '../subject';
import type { AlertSubject, OperatedSubject } from '../subject';

const SOON = Duration.minutes(5);
const DAY_MILLIS = 86_400_000;
const SIX_HOURS = 21_600;

/** Returns rules about an Alloy. */
export function alloyAlerts(subject: OperatedSubject, takesLogs: boolean): readonly AlertRule[] {
  const { job } = subject;
  const of = `{job="${job}"}`;
  const own: readonly AlertRule[] = [
    about(subject, {
      name: 'AlloyConfigurationRefused',
      severity: 'warning',
      expr: `alloy_config_last_load_successful${of} == 0`,
      for: SOON,
      summary: 'Alloy works with an older configuration than it was given',
      description: `Read the log of ${job}; correct what it names, and deploy again.`,
    }),
    about(subject, {
      name: 'AlloyComponentUnhealthy',
      severity: 'warning',
      expr: `sum(alloy_component_controller_running_components{job="${job}",health_type!="healthy"}) > 0`,
      for: SOON,
      summary: '{{ $value }} parts of Alloy do not work',
      description: `Read the log of ${job}: it names them. A port may be taken, or an address wrong.`,
    }),
  ];
  return takesLogs ? [...own, ...deliveryAlerts(subject)] : own;
}

function deliveryAlerts(subject: OperatedSubject): readonly AlertRule[] {
  const of = `{job="${subject.job}"}`;
  const kept = subject.commands.logs(subject.job);
  return [
    about(subject, {
      name: 'LogsDelayed',
      severity: 'warning',
      expr: `sum(increase(loki_write_batch_retries_total${of}[5m])) > 0`,
      for: Duration.minutes(10),
      summary: 'Loki does not take logs, so they wait',
      description: `See whether Loki runs and is healthy, then read its log. What waits is sent when it is back; \`${kept}\` has it meanwhile.`,
    }),
    about(subject, {
      name: 'LogsDropped',
      severity: 'warning',
      expr: `sum by (reason) (increase(loki_write_dropped_entries_total${of}[10m])) > 0`,
      for: Duration.seconds(0),
      summary: '{{ $value | humanize }} lines were not kept ({{ $labels.reason }})',
      description: `With \`rate_limited\` there is more than \`retentionSize\` allows: see which service writes so much, or allow more. \`${kept}\` has the lines.`,
    }),
  ];
}

/** Returns rules about a Loki. */
export function lokiAlerts(subject: AlertSubject, limits: StoreLimits): readonly AlertRule[] {
  const { job } = subject;
  const days = limits.retention.toMillis() / DAY_MILLIS;
  const http = `job="${job}",method!="gRPC",route!="ready"`;
  const requests = (more: string): string => `sum(rate(loki_request_duration_seconds_count{${http}${more}}[5m]))`;
  return [
    about(subject, {
      name: 'LokiRequestErrors',
      severity: 'warning',
      expr: `${requests(',status_code=~"5.."')} / ${requests('')} > 0.1`,
      for: Duration.minutes(10),
      summary: 'Loki fails at {{ $value | humanizePercentage }} of what it is asked',
      description: `Read the log of ${job}. A full disk and too little memory are the usual reasons.`,
    }),
    about(subject, {
      name: 'LogsTooMany',
      severity: 'warning',
      expr: `sum(increase(loki_distributor_bytes_received_total{job="${job}"}[1d])) * ${days} > ${limits.retentionSize.toBytes()}`,
      for: Duration.hours(1),
      summary:
        'At the pace of the last day there will be {{ $value | humanize1024 }}B of logs, more than `retentionSize`',
      description:
        'See which service writes so much: `topk(5, sum by (service) (bytes_over_time({system=~".+"}[1d])))`. Let it write less, or raise `retentionSize`.',
    }),
    about(subject, {
      name: 'LokiKeepsTooMuch',
      severity: 'warning',
      // Zero until the first success.
      expr: `time() - (max(loki_compactor_apply_retention_last_successful_run_timestamp_seconds{job="${job}"}) > 0 or max(process_start_time_seconds{job="${job}"})) > ${SIX_HOURS}`,
      for: Duration.hours(2),
      summary: 'Loki has not removed old logs for {{ $value | humanizeDuration }}',
      description: `Read the log of ${job}: its compactor says why. Until it works, the disk only fills.`,
    }),
  ];
}
