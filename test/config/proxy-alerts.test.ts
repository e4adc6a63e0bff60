import { proxyAlerts } from '../../lib/config';
import type { AnswerCounts } from '../../lib/config';
import { Duration } from '../../lib/values';

const subject = { stack: 'shop-prod', job: 'proxy' };
/** Counts of a program that has two buckets. */
const counts: AnswerCounts = {
  all: (window) => `sum(rate(answers[${window}]))`,
  errors: (window) => `sum(rate(errors[${window}]))`,
  timed: (window) => `sum(rate(timed[${window}]))`,
  within: (bucket) => (window) => `sum(rate(in_time{le="${bucket.toMillis()}"}[${window}]))`,
  buckets: [Duration.millis(200), Duration.seconds(1)],
};

describe('An objective', () => {
  test.each([
    [
      { availability: 1 },
      '`availability` must be a part above 0 and below 1, got 1; write for example 0.999 for 99.9 %',
    ],
    [{ availability: 99.9 }, '`availability` must be a part above 0 and below 1, got 99.9'],
    [{ latency: { target: 0, threshold: Duration.seconds(1) } }, '`share` must be a part above 0 and below 1, got 0'],
    [
      { latency: { target: 0.99, threshold: Duration.millis(300) } },
      '`threshold` must be a time that the proxy counts by, got "300ms"; it counts by 200ms, 1s',
    ],
    [
      { availability: 0.999, window: Duration.days(7) },
      'an objective holds over 28 to 90 days, got "168h0m0s"; write for example `Duration.days(30)`',
    ],
  ])('%j is refused', (objective, message) => {
    expect(() => proxyAlerts(subject, counts, objective)).toThrow(message);
  });

  test('of 99.9 % over 30 days is missed at 14.4, 6, 3 and 1 times the pace at which it is used up in time', () => {
    const rules = proxyAlerts(subject, counts, { availability: 0.999 });
    const limits = rules.flatMap(({ severity, expr }) =>
      [...expr.matchAll(/\[(\w+)\]\)\) > ([\d.]+)/g)].map(([, window, limit]) => `${severity} ${window} ${limit}`),
    );
    expect(limits).toEqual([
      'critical 1h 0.0144',
      'critical 5m 0.0144',
      'critical 6h 0.006',
      'critical 30m 0.006',
      'warning 1d 0.003',
      'warning 2h 0.003',
      'warning 3d 0.001',
      'warning 6h 0.001',
    ]);
  });

  test('of a latency counts the answers that are slower than a bucket of the engine', () => {
    const threshold = Duration.millis(200);
    const [rule] = proxyAlerts(subject, counts, { availability: 0.9, latency: { target: 0.9, threshold } }).slice(-1);
    expect(rule?.expr).toContain('(sum(rate(timed[1d])) - sum(rate(in_time{le="200"}[1d]))) / sum(rate(timed[1d])) > ');
  });

  test('of another length has other paces, so that the same part of it is gone when somebody hears', () => {
    const [rule] = proxyAlerts(subject, counts, { availability: 0.99, window: Duration.days(90) });
    expect(rule?.expr).toContain('[1h])) > 0.432 and');
  });
});
