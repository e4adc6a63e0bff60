import { ConfigurationError, Duration } from '../../../values';
import type { AlertRule } from '../../../values';
import type { AnswerCounts, AnswerRate } from '../../proxy';
import { allowance, assertBucket, objectiveHours } from '../../proxy/objective';
import type { LatencyObjective, ServiceLevelObjective } from '../../proxy/objective';
import { routeAnswers } from '../../proxy/route-answers';
import { about } from '../subject';
import type { AlertSubject } from '../subject';

/** Number of errors that are more than one user's bad luck. */
const FEWEST = 5;
const ERRORS_HIGH = 0.05;

/**
 * Windows in which too much of the error budget is used: in the long window, and still in the short one, so that the
 * alert ends soon after the cause. After "The Site Reliability Workbook", chapter 5.
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

/** Answers that rules are about. */
interface Answers {
  /** Owner of the answers, for readers. */
  readonly whose: string;
  /** Labels of the rules, beside those of the proxy. */
  readonly labels: Readonly<Record<string, string>>;
  readonly counts: AnswerCounts;
}

/** Returns rules about all answers of a proxy, which its engine counts. */
export function proxyAlerts(
  subject: AlertSubject,
  counts: AnswerCounts,
  objective: ServiceLevelObjective = {},
): readonly AlertRule[] {
  const answers = { whose: subject.job, labels: {}, counts };
  const known = objective.availability === undefined ? [errorsHigh(subject, answers)] : [];
  return [...known, ...objectiveAlerts(subject, answers, objective)];
}

/** Returns rules about the answers of one route of a proxy. */
export function routeAlerts(
  subject: AlertSubject,
  route: string,
  objective: ServiceLevelObjective,
): readonly AlertRule[] {
  if (objective.availability === undefined && objective.latency === undefined) {
    throw new ConfigurationError(undefined, 'an objective states nothing; state `availability` or `latency`');
  }
  const counts = routeAnswers(subject.job, route);
  return objectiveAlerts(subject, { whose: `${subject.job} for ${route}`, labels: { route }, counts }, objective);
}

function objectiveAlerts(
  subject: AlertSubject,
  answers: Answers,
  objective: ServiceLevelObjective,
): readonly AlertRule[] {
  const { availability, latency } = objective;
  const hours = objectiveHours(objective);
  return [
    ...(availability === undefined ? [] : availabilityBurns(subject, answers, availability, hours)),
    ...(latency === undefined ? [] : latencyBurns(subject, answers, latency, hours)),
  ];
}

function errorsHigh(subject: AlertSubject, { whose, counts: { errors, all } }: Answers): AlertRule {
  return about(subject, {
    name: 'ErrorRatioHigh',
    severity: 'warning',
    expr: `${errors('5m')} / ${all('5m')} > ${ERRORS_HIGH} and ${count(errors('5m'), 300)} >= ${FEWEST}`,
    for: Duration.minutes(1),
    summary: `{{ $value | humanizePercentage }} of the answers of ${whose} are errors`,
    description: WHICH,
  });
}

function availabilityBurns(
  subject: AlertSubject,
  { whose, labels, counts: { errors: bad, all } }: Answers,
  availability: number,
  hours: number,
): readonly AlertRule[] {
  const text = `{{ $value | humanizePercentage }} of the answers of ${whose} are errors, too many for its objective of ${percent(availability)} %`;
  const allowed = allowance('availability', availability);
  return burns({ subject, labels, name: 'AvailabilityBudgetBurns', text, bad, all, allowed, hours });
}

function latencyBurns(
  subject: AlertSubject,
  { whose, labels, counts: { timed: all, within, buckets } }: Answers,
  latency: LatencyObjective,
  hours: number,
): readonly AlertRule[] {
  const text = `{{ $value | humanizePercentage }} of the answers of ${whose} take longer than ${String(latency.threshold)}, too many for its objective of ${percent(latency.target)} %`;
  const allowed = allowance('share', latency.target);
  assertBucket(latency, buckets);
  const bad = difference(all, within(latency.threshold));
  return burns({ subject, labels, name: 'LatencyBudgetBurns', text, bad, all, allowed, hours });
}

interface Budget {
  readonly subject: AlertSubject;
  readonly name: string;
  readonly text: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly bad: AnswerRate;
  readonly all: AnswerRate;
  /** Share of answers that may be bad. */
  readonly allowed: number;
  readonly hours: number;
}

function burns({ subject, labels, name, text, bad, all, allowed, hours }: Budget): readonly AlertRule[] {
  return (['critical', 'warning'] as const).map((severity) => {
    const either = windows(severity, hours * allowed).map(({ most, long, longText, short }) => {
      const over = (window: string): string => `${bad(window)} / ${all(window)} > ${most}`;
      return `(${over(longText)} and ${over(short)} and ${count(bad(longText), long * 3600)} >= ${FEWEST})`;
    });
    const expr = either.join(' or ');
    return about(subject, { name, severity, labels, expr, for: SOON[severity], summary: text, description: WHICH });
  });
}

type Window = (typeof BURNS)[keyof typeof BURNS][number] & { readonly most: number };

/** Returns the windows in which so much can be missed at all: no more than everything. */
function windows(severity: keyof typeof BURNS, budget: number): readonly Window[] {
  const all = BURNS[severity].map((burn) => ({
    ...burn,
    most: Number(((burn.part * budget) / burn.long).toPrecision(6)),
  }));
  const possible = all.filter(({ most }) => most < 1);
  if (possible.length > 0) return possible;
  throw new ConfigurationError(
    undefined,
    `an objective that lets ${Number((budget / 24).toPrecision(3))} days of its time be missed could not be missed soon enough for anybody to be told; state a higher one, such as 0.99`,
  );
}

const SOON = { critical: Duration.minutes(2), warning: Duration.minutes(15) };
const WHICH =
  'See in the log of the proxy which requests these are, and which service behind it answered so; was it deployed just before? Then deploy the version before.';

function difference(more: AnswerRate, less: AnswerRate): AnswerRate {
  return (window) => `(${more(window)} - ${less(window)})`;
}

function count(rate: string, seconds: number): string {
  return `${rate} * ${seconds}`;
}

function percent(share: number): string {
  return String(Number((share * 100).toPrecision(8)));
}
