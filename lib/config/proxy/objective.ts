import { ConfigurationError, Duration, quote } from '../../values';

/** Objective for the answers of a route, or of a proxy as a whole. */
export interface ServiceLevelObjective {
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
  readonly window?: Duration;
}

/** Share of answers that must arrive within a time. */
export interface LatencyObjective {
  /** Share of answers, below 1: 0.99. */
  readonly target: number;
  /**
   * One of the limits of the histogram: 5, 10, 25, 50, 100, 250 or 500 ms, 1, 2.5, 5 or 10 seconds. For a proxy as a
   * whole the engine states the limits.
   */
  readonly threshold: Duration;
}

/** Refuses a time that is not the limit of a bucket, because the slower answers could not be counted. */
export function assertBucket({ threshold }: LatencyObjective, buckets: readonly Duration[]): void {
  if (buckets.some((bucket) => bucket.toMillis() === threshold.toMillis())) return;
  throw new ConfigurationError(
    undefined,
    `\`threshold\` must be a time that the proxy counts by, got ${quote(String(threshold))}; it counts by ` +
      buckets.map(String).join(', '),
  );
}

/** Returns the share that may be missed. */
export function allowance(what: string, share: number): number {
  if (share > 0 && share < 1) return Number((1 - share).toPrecision(6));
  throw new ConfigurationError(
    undefined,
    `\`${what}\` must be a part above 0 and below 1, got ${quote(share)}; write for example 0.999 for 99.9 %`,
  );
}

/** Returns the period in hours. */
export function objectiveHours({ window = Duration.days(30) }: ServiceLevelObjective): number {
  const hours = window.toMillis() / 3_600_000;
  if (hours >= 28 * 24 && hours <= 90 * 24) return hours;
  throw new ConfigurationError(
    undefined,
    `an objective holds over 28 to 90 days, got ${quote(String(window))}; write for example \`Duration.days(30)\``,
  );
}
