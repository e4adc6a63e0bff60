import { ConfigurationError, Duration, quoted } from '../../values';

/** Objective for the answers of a route, or of a proxy as a whole. */
export interface ProxyObjective {
  /**
   * Share of answers that must not be server errors (500 and above), below 1: 0.999.
   * @default - none; of a proxy an alert fires when more than 5 % are errors
   */
  readonly availability?: number;
  /**
   * Share of answers that must arrive within a time. For a route the end of each answer counts, errors included; do not
   * set it for websockets, streams and large downloads. For a proxy the start of each answer without an error counts.
   * @default - none
   */
  readonly latency?: LatencyObjective;
  /**
   * Period of the objective, from 28 to 90 days.
   * @default 30 days
   */
  readonly over?: Duration;
}

/** Share of answers that must arrive within a time. */
export interface LatencyObjective {
  /** Share of answers, below 1: 0.99. */
  readonly share: number;
  /** One of the limits of the proxy's histogram: 5, 10, 25, 50, 100, 250 or 500 ms, 1, 2.5, 5 or 10 seconds. */
  readonly within: Duration;
}

/** Upper limits, in milliseconds, of the buckets of Caddy's histogram. */
const STEPS = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000];

/** Returns Prometheus' label of the bucket with this limit; its versions write a whole number differently. */
export function stepLabel({ within }: LatencyObjective): string {
  const millis = within.toMillis();
  if (STEPS.includes(millis))
    return Number.isInteger(millis / 1000) ? `${millis / 1000}([.]0)?` : String(millis / 1000);
  throw new ConfigurationError(
    undefined,
    `\`within\` must be a time that the proxy counts by, got ${quoted(String(within))}; it counts by ` +
      STEPS.map((step) => String(Duration.millis(step))).join(', '),
  );
}

/** Returns the share that may be missed. */
export function allowance(what: string, share: number): number {
  if (share > 0 && share < 1) return Number((1 - share).toPrecision(6));
  throw new ConfigurationError(
    undefined,
    `\`${what}\` must be a part above 0 and below 1, got ${quoted(share)}; write for example 0.999 for 99.9 %`,
  );
}

/** Returns the period in hours. */
export function objectiveHours({ over = Duration.days(30) }: ProxyObjective): number {
  const hours = over.toMillis() / 3_600_000;
  if (hours >= 28 * 24 && hours <= 90 * 24) return hours;
  throw new ConfigurationError(
    undefined,
    `an objective holds over 28 to 90 days, got ${quoted(String(over))}; write for example \`Duration.days(30)\``,
  );
}
