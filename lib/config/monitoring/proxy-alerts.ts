import { Duration } from '../../values';
import type { AlertRule } from '../../values';
import { PUBLIC_SERVER } from '../caddyfile';
import { allowance, objectiveHours, stepLabel } from './objective';
import type { LatencyObjective, ProxyObjective } from './objective';
import { about } from './subject';
import type { AlertSubject } from './subject';

/** So many errors are more than one person's bad luck. */
const FEWEST = 5;
const ERRORS_HIGH = 0.05;

/**
 * Which part of what may be missed over the whole time is missed too soon: in the long window, and still in the short one,
 * so that it is told of while it lasts. After "The Site Reliability Workbook", chapter 5.
 */
const BURNS = {
  critical: [
    { part: 0.02, long: 1, longText: '1h', short: '5m' },
    { part: 0.05, long: 6, longText: '6h', short: '30m' },
  ],
  warning: [
    { part: 0.1, long: 24, longText: '1d', short: '2h' },
    { part: 0.1, long: 72, longText: '3d', short: '6h' },
  ],
} as const;

/** Rules about the answers of a Caddy. It does not tell routes and hosts apart, so they are about all of them. */
export function proxyAlerts(subject: AlertSubject, objective: ProxyObjective = {}): readonly AlertRule[] {
  const { availability, latency } = objective;
  const hours = objectiveHours(objective);
  const errors = availability === undefined ? [errorsHigh(subject)] : availabilityBurns(subject, availability, hours);
  return [...errors, ...(latency === undefined ? [] : latencyBurns(subject, latency, hours))];
}

function errorsHigh(subject: AlertSubject): AlertRule {
  const { bad, all } = answers(subject);
  return about(subject, {
    name: 'ErrorRatioHigh',
    severity: 'warning',
    expr: `${bad('5m')} / ${all('5m')} > ${ERRORS_HIGH} and ${count(bad('5m'), 300)} >= ${FEWEST}`,
    for: Duration.minutes(1),
    summary: `{{ $value | humanizePercentage }} of the answers of ${subject.job} are errors`,
    description: WHICH,
  });
}

function availabilityBurns(subject: AlertSubject, availability: number, hours: number): readonly AlertRule[] {
  const { bad, all } = answers(subject);
  const text = `{{ $value | humanizePercentage }} of the answers of ${subject.job} are errors, too many for its objective of ${percent(availability)} %`;
  return burns({
    subject,
    name: 'AvailabilityBudgetBurns',
    text,
    bad,
    all,
    allowed: allowance('availability', availability),
    hours,
  });
}

function latencyBurns(subject: AlertSubject, latency: LatencyObjective, hours: number): readonly AlertRule[] {
  const of = `{${labels(subject)},code!~"5..|421"`;
  const rate = (metric: string, more: string, window: string): string =>
    `sum(rate(caddy_http_response_duration_seconds_${metric}${of}${more}}[${window}]))`;
  const all = (window: string): string => rate('count', '', window);
  const bad = (window: string): string =>
    `(${all(window)} - ${rate('bucket', `,le=~"${stepLabel(latency)}"`, window)})`;
  const text = `{{ $value | humanizePercentage }} of the answers of ${subject.job} take longer than ${String(latency.within)}, too many for its objective of ${percent(latency.share)} %`;
  return burns({
    subject,
    name: 'LatencyBudgetBurns',
    text,
    bad,
    all,
    allowed: allowance('share', latency.share),
    hours,
  });
}

interface Budget {
  readonly subject: AlertSubject;
  readonly name: string;
  readonly text: string;
  /** Of a second, over a window. */
  readonly bad: (window: string) => string;
  readonly all: (window: string) => string;
  /** Part of all that may be bad. */
  readonly allowed: number;
  readonly hours: number;
}

function burns({ subject, name, text, bad, all, allowed, hours }: Budget): readonly AlertRule[] {
  return (['critical', 'warning'] as const).map((severity) => {
    const either = BURNS[severity].map(({ part, long, longText, short }) => {
      const most = Number(((part * hours * allowed) / long).toPrecision(6));
      const over = (window: string): string => `${bad(window)} / ${all(window)} > ${most}`;
      return `(${over(longText)} and ${over(short)} and ${count(bad(longText), long * 3600)} >= ${FEWEST})`;
    });
    return about(subject, {
      name,
      severity,
      expr: either.join(' or '),
      for: SOON[severity],
      summary: text,
      description: WHICH,
    });
  });
}

const SOON = { critical: Duration.minutes(2), warning: Duration.minutes(15) };
const WHICH =
  'See in the log of the proxy which requests these are, and which service behind it answered so; was it deployed just before? Then deploy the version before.';

/** Of those that the proxy is for; who asks for a host that it does not have is told 421. */
function answers(subject: AlertSubject): Pick<Budget, 'bad' | 'all'> {
  const rate = (code: string, window: string): string =>
    `sum(rate(caddy_http_request_duration_seconds_count{${labels(subject)},${code}}[${window}]))`;
  return { bad: (window) => rate('code=~"5.."', window), all: (window) => rate('code!="421"', window) };
}

function labels({ job }: AlertSubject): string {
  return `job="${job}",server="${PUBLIC_SERVER}"`;
}

function count(rate: string, seconds: number): string {
  return `${rate} * ${seconds}`;
}

function percent(share: number): string {
  return String(Number((share * 100).toPrecision(8)));
}
