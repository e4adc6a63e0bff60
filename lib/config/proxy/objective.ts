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
  /**
   * One of the limits of the histogram: 5, 10, 25, 50, 100, 250 or 500 ms, 1, 2.5, 5 or 10 seconds. For a proxy as a
   * whole the engine states the limits.
   */
  readonly within: Duration;
}

/** Refuses a time that is not the limit of a bucket, because the slower answers could not be counted. */
export function assertBucket({ within }: LatencyObjective, buckets: readonly Duration[]): void {
  if (buckets.some((bucket) => bucket.toMillis() === within.toMillis())) return;
  throw new ConfigurationError(
    undefined,
    `\`within\` must be a time that the proxy counts by, got ${quoted(String(within))}; it counts by ` +
      buckets.map(String).join(', '),
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
