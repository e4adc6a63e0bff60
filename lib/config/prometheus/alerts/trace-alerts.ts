import { Duration } from '../../../values';
import type { AlertRule } from '../../../values';
import { about } from '../subject';
import type { AlertSubject } from '../subject';

/** Returns rules about a Tempo. */
export function tempoAlerts(subject: AlertSubject): readonly AlertRule[] {
  const of = `{job="${subject.job}"}`;
  return [
    about(subject, {
      name: 'TracesDropped',
      severity: 'warning',
      expr: `sum by (reason) (increase(tempo_discarded_spans_total${of}[10m])) > 0`,
      for: Duration.seconds(0),
      summary: '{{ $value | humanize }} spans were not kept ({{ $labels.reason }})',
      description:
        'With `rate_limited` there is more than `retentionSize` allows: let services sample (`traces: { share: 0.1 }`), or allow more.',
    }),
    about(subject, {
      name: 'TempoCannotStore',
      severity: 'warning',
      expr: `sum(increase(tempo_ingester_failed_flushes_total${of}[10m])) > 0`,
      for: Duration.minutes(5),
      summary: 'Tempo cannot write traces to its disk',
      description: `Read the log of ${subject.job}. A full disk is the usual reason.`,
    }),
  ];
}
