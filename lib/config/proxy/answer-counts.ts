import type { Duration } from '../../values';

/** Returns the query of answers per second over a window such as '5m'. */
export type AnswerRate = (window: string) => string;

/** Queries that count the answers to clients, without those to requests for an unknown host. */
export interface AnswerCounts {
  /** All answers. */
  readonly all: AnswerRate;
  /** Answers with a status of 500 or above. */
  readonly errors: AnswerRate;
  /** Answers of which the time is known. */
  readonly timed: AnswerRate;
  /** Returns the answers of `timed` that took no longer than the limit of a bucket. */
  readonly within: (bucket: Duration) => AnswerRate;
  /** Limits of the buckets of the histogram, the shortest first. */
  readonly buckets: readonly Duration[];
}

/** Queries of the panels about the answers of a proxy. */
export interface AnswerPanels {
  /** Requests of clients. */
  readonly requests: AnswerRate;
  /** Requests answered with a status of 500 or above. */
  readonly errors: AnswerRate;
  /** Returns the rate of each bucket of their durations, by the label `le`. */
  readonly durations: AnswerRate;
}

/** Returns the rate of a metric, summed over all of its series with these labels. */
export function answerRate(metric: string, labels: string): AnswerRate {
  return (window) => `sum(rate(${metric}{${labels}}[${window}]))`;
}

/** Returns a pattern for the label `le` of a bucket; versions of a client write a whole number differently. */
export function bucketPattern(bucket: Duration): string {
  const seconds = bucket.toMillis() / 1000;
  return Number.isInteger(seconds) ? `${seconds}([.]0)?` : String(seconds);
}
