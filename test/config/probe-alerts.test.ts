import { probeAlerts } from '../../lib/config';
import { Duration } from '../../lib/values';
import type { CertificateLimits, Tls } from '../../lib/values';

/** Returns the limits of the rules about certificates, in hours. */
function limitsOf(...probes: readonly (readonly [Tls['kind'], CertificateLimits?])[]): readonly string[] {
  const rules = probeAlerts(
    { stack: 'shop-prod', job: 'routes' },
    probes.map(([kind, certificateLimits]) => ({ tls: { kind }, certificateLimits })),
  );
  return rules
    .filter(({ name }) => name === 'CertificateExpires')
    .map(({ severity, expr, labels }) => {
      const [, seconds] = / < (\d+)$/.exec(expr) ?? [];
      return `${labels.tls} ${severity} ${Number(seconds) / 3600}`;
    });
}

const hours = (warning: number, critical: number): CertificateLimits => ({
  warning: Duration.hours(warning),
  critical: Duration.hours(critical),
});

describe('An alert about a certificate', () => {
  test('fires ten days before its end with ACME, and three weeks before with others, unless the address says so', () => {
    expect(limitsOf(['acme'], ['files'])).toEqual([
      'acme warning 240',
      'acme critical 72',
      'files warning 504',
      'files critical 72',
    ]);
    expect(limitsOf(['internal', hours(2, 1)])).toEqual(['internal warning 2', 'internal critical 1']);
  });

  test('fires by the shorter limits of two programs, because the other may renew later', () => {
    const shorter = ['internal warning 2', 'internal critical 1'];
    expect(limitsOf(['internal', hours(2, 1)], ['internal', hours(48, 24)])).toEqual(shorter);
    expect(limitsOf(['internal', hours(48, 24)], ['internal', hours(2, 1)])).toEqual(shorter);
  });

  test('is none where no address is encrypted', () => {
    expect(limitsOf(['off'])).toEqual([]);
  });
});
