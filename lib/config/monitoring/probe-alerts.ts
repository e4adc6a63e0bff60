import { Duration } from '../../values';
import type { AlertRule, Tls } from '../../values';
import { about } from './subject';
import type { AlertSubject } from './subject';

/** Remaining time of a certificate at which an alert fires. */
interface Remainder {
  readonly warning: Duration;
  readonly critical: Duration;
}

/**
 * Limits later than a proxy's own renewal. Caddy's own authority issues certificates for 12 hours, and Let's Encrypt
 * for 90 days, soon 45. Caddy renews them when a third is left. A file needs a person to renew it.
 */
const REMAINDERS: Readonly<Record<Exclude<Tls['kind'], 'off'>, Remainder>> = {
  internal: { warning: Duration.hours(2), critical: Duration.minutes(30) },
  acme: { warning: Duration.days(10), critical: Duration.days(3) },
  files: { warning: Duration.days(21), critical: Duration.days(3) },
};

/** Returns rules about the public addresses; `job` is the label of the probes. */
export function probeAlerts(subject: AlertSubject, kinds: readonly Tls['kind'][]): readonly AlertRule[] {
  const encrypted = [...new Set(kinds)].flatMap((kind) => (kind === 'off' ? [] : [kind]));
  return [down(subject), ...encrypted.flatMap((kind) => certificateAlerts(subject, kind))];
}

function down(subject: AlertSubject): AlertRule {
  return about(subject, {
    name: 'RouteDown',
    severity: 'critical',
    expr: `max by (instance, service) (probe_success{job="${subject.job}"}) == 0`,
    for: Duration.minutes(1),
    summary: '{{ $labels.instance }} does not answer, or with an error',
    description:
      'Ask it with `curl -v`, then read the log of the proxy and that of {{ $labels.service }}. A certificate that is not good counts, too.',
  });
}

function certificateAlerts(subject: AlertSubject, kind: keyof typeof REMAINDERS): readonly AlertRule[] {
  const left = `min by (instance, service, tls) (probe_ssl_earliest_cert_expiry{job="${subject.job}",tls="${kind}"}) - time()`;
  return (['warning', 'critical'] as const).map((severity) =>
    about(subject, {
      name: 'CertificateExpires',
      severity,
      expr: `${left} < ${REMAINDERS[kind][severity].toSeconds()}`,
      for: Duration.minutes(10),
      // Also the label of the matched series; without it the rules of two kinds would count as duplicates.
      labels: { tls: kind },
      summary: 'The certificate of {{ $labels.instance }} is good for {{ $value | humanizeDuration }} more',
      description: WHAT_TO_DO[kind],
    }),
  );
}

const WHAT_TO_DO: Readonly<Record<keyof typeof REMAINDERS, string>> = {
  internal:
    'The proxy makes it anew by itself, and did not. Read its log; a full disk and a wrong clock keep it from that.',
  acme: 'The proxy gets a new one by itself, and did not. Read in its log what the authority answered; it has to reach the host under its name.',
  files: 'Put a new certificate in the place of the old one, and deploy.',
};
