import { ConfigurationError, Duration, quoted } from '../../values';

/** How good the answers of a route, or of a proxy as a whole, are to be. */
export interface ProxyObjective {
  /**
   * Part of all answers that are to be no error of the server (500 and above), below 1: 0.999.
   * @default - none; of a proxy somebody is told when more than 5 % are errors
   */
  readonly availability?: number;
  /**
   * Part of all answers that are to be there within a time. Of a route it is their end, errors included: it is nothing for
   * websockets, streams and large downloads. Of a proxy it is the beginning of those that are no errors.
   * @default - none
   */
  readonly latency?: LatencyObjective;
  /**
   * The time over which that is to hold, from 28 to 90 days.
   * @default 30 days
   */
  readonly over?: Duration;
}

export interface LatencyObjective {
  /** Below 1: 0.99. */
  readonly share: number;
  /** One of the times that the proxy counts by: 5, 10, 25, 50, 100, 250 or 500 ms, 1, 2.5, 5 or 10 seconds. */
  readonly within: Duration;
}

/** Upper ends, in milliseconds, of the steps by which Caddy counts how long answers take. */
const STEPS = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000];

/** What Prometheus calls the step that ends there; its versions write a whole number differently. */
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

/** The part that may be missed. */
export function allowance(what: string, share: number): number {
  if (share > 0 && share < 1) return Number((1 - share).toPrecision(6));
  throw new ConfigurationError(
    undefined,
    `\`${what}\` must be a part above 0 and below 1, got ${quoted(share)}; write for example 0.999 for 99.9 %`,
  );
}

/** In hours. */
export function objectiveHours({ over = Duration.days(30) }: ProxyObjective): number {
  const hours = over.toMillis() / 3_600_000;
  if (hours >= 28 * 24 && hours <= 90 * 24) return hours;
  throw new ConfigurationError(
    undefined,
    `an objective holds over 28 to 90 days, got ${quoted(String(over))}; write for example \`Duration.days(30)\``,
  );
}
