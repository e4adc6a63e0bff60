import { Duration } from '../../../values';
import type { AlertRule, CertificateLimits, Tls } from '../../../values';
import { about } from '../subject';
import type { AlertSubject } from '../subject';

/** An address with a certificate. */
interface ProbedCertificate {
  readonly tls: Pick<Tls, 'kind'>;
  readonly certificateLimits?: CertificateLimits;
}

type Encrypted = Exclude<Tls['kind'], 'off'>;

/** Limits for a certificate that a person must renew. */
const BY_HAND: CertificateLimits = { warning: Duration.days(21), critical: Duration.days(3) };

/**
 * Limits where an address states none. Let's Encrypt issues certificates for 90 days, soon 45, and programs renew them
 * when a third is left.
 */
const USUAL: Readonly<Record<Encrypted, CertificateLimits>> = {
  internal: BY_HAND,
  acme: { warning: Duration.days(10), critical: Duration.days(3) },
  files: BY_HAND,
};

/** Returns rules about the public addresses; `job` is the label of the probes. */
export function probeAlerts(subject: AlertSubject, probes: readonly ProbedCertificate[]): readonly AlertRule[] {
  const limits = new Map<Encrypted, CertificateLimits>();
  for (const { tls, certificateLimits } of probes) {
    if (tls.kind === 'off') continue;
    const stated = certificateLimits ?? USUAL[tls.kind];
    limits.set(tls.kind, shorter(limits.get(tls.kind) ?? stated, stated));
  }
  return [down(subject), ...[...limits].flatMap(([kind, one]) => certificateAlerts(subject, kind, one))];
}

/** Returns the limits that fit both programs: at longer ones a program might not have renewed yet. */
function shorter(one: CertificateLimits, other: CertificateLimits): CertificateLimits {
  return one.warning.toMillis() <= other.warning.toMillis() ? one : other;
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

function certificateAlerts(subject: AlertSubject, kind: Encrypted, limits: CertificateLimits): readonly AlertRule[] {
  const left = `min by (instance, service, tls) (probe_ssl_earliest_cert_expiry{job="${subject.job}",tls="${kind}"}) - time()`;
  return (['warning', 'critical'] as const).map((severity) =>
    about(subject, {
      name: 'CertificateExpires',
      severity,
      expr: `${left} < ${limits[severity].toSeconds()}`,
      for: Duration.minutes(10),
      // Also the label of the matched series; without it the rules of two kinds would count as duplicates.
      labels: { tls: kind },
      summary: 'The certificate of {{ $labels.instance }} is good for {{ $value | humanizeDuration }} more',
      description: WHAT_TO_DO[kind],
    }),
  );
}

const WHAT_TO_DO: Readonly<Record<Encrypted, string>> = {
  internal:
    'The proxy makes it anew by itself, and did not. Read its log; a full disk and a wrong clock keep it from that.',
  acme: 'The proxy gets a new one by itself, and did not. Read in its log what the authority answered; it has to reach the host under its name.',
  files: 'Put a new certificate in the place of the old one, and deploy.',
};
