import { ConfigurationError } from './configuration-error';
import { quote } from './quote';

const MILLIS_PER = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type Unit = keyof typeof MILLIS_PER;

/** Go keeps durations in 63 bits of nanoseconds, about 292 years; the engine refuses more. */
const MAX_MILLIS = 9_223_372_036_854;

const AMOUNT = String.raw`(\d+(?:\.\d+)?)`;
const GRAMMAR = new RegExp(`^(?:${AMOUNT}d)?(?:${AMOUNT}h)?(?:${AMOUNT}m)?(?:${AMOUNT}s)?(?:${AMOUNT}ms)?$`);
const GRAMMAR_UNITS: readonly Unit[] = ['d', 'h', 'm', 's', 'ms'];

/** A length of time in whole milliseconds. Negative, infinite and finer amounts are refused. */
export class Duration {
  /** Returns a duration in milliseconds. */
  public static millis(amount: number): Duration {
    return new Duration(toWholeMillis(amount, 'ms'));
  }

  /** Returns a duration in seconds. A fraction must be a whole number of milliseconds. */
  public static seconds(amount: number): Duration {
    return new Duration(toWholeMillis(amount, 's'));
  }

  /** Returns a duration in minutes. */
  public static minutes(amount: number): Duration {
    return new Duration(toWholeMillis(amount, 'm'));
  }

  /** Returns a duration in hours. */
  public static hours(amount: number): Duration {
    return new Duration(toWholeMillis(amount, 'h'));
  }

  /** Returns a duration in days of 24 hours. */
  public static days(amount: number): Duration {
    return new Duration(toWholeMillis(amount, 'd'));
  }

  /** Reads `500ms`, `30s`, `1m30s`, `2h`, `7d`: units from large to small, each at most once. */
  public static parse(text: string): Duration {
    const match = typeof text === 'string' && text !== '' ? GRAMMAR.exec(text) : null;
    if (!match) {
      throw new ConfigurationError(undefined, `${quote(text)} is not a duration; write "500ms", "1m30s", "2h" or "7d"`);
    }
    const parts = GRAMMAR_UNITS.map((unit, index) => toWholeMillis(Number(match[index + 1] ?? 0), unit));
    return Duration.millis(parts.reduce((sum, part) => sum + part, 0));
  }

  private constructor(private readonly wholeMillis: number) {}

  /** Returns the number of milliseconds. */
  public toMillis(): number {
    return this.wholeMillis;
  }

  /**
   * Returns the number of seconds.
   * @param options.integral false allows a fraction
   * @default integral: true, a duration that is not a whole number of seconds is refused
   */
  public toSeconds(options: { readonly integral?: boolean } = {}): number {
    const seconds = this.wholeMillis / MILLIS_PER.s;
    if (options.integral !== false && !Number.isInteger(seconds)) {
      throw new ConfigurationError(undefined, `${quote(String(this))} is no whole number of seconds; round it`);
    }
    return seconds;
  }

  /** Returns the full form that containers report: `30s`, `1m0s`, `1h0m0s`, `500ms`, `1.5s`. */
  public toGoString(): string {
    if (this.wholeMillis > 0 && this.wholeMillis < MILLIS_PER.s) return `${this.wholeMillis}ms`;
    const hours = Math.floor(this.wholeMillis / MILLIS_PER.h);
    const minutes = Math.floor((this.wholeMillis % MILLIS_PER.h) / MILLIS_PER.m);
    const seconds = (this.wholeMillis % MILLIS_PER.m) / MILLIS_PER.s;
    if (hours > 0) return `${hours}h${minutes}m${seconds}s`;
    return minutes > 0 ? `${minutes}m${seconds}s` : `${seconds}s`;
  }

  /** Returns the sum of two durations. */
  public plus(other: Duration): Duration {
    return Duration.millis(this.wholeMillis + other.toMillis());
  }

  /** Returns the duration multiplied by a factor, rounded to the nearest millisecond. */
  public times(factor: number): Duration {
    return Duration.millis(Math.round(this.wholeMillis * factor));
  }

  /** Returns true for a duration of zero. */
  public isZero(): boolean {
    return this.wholeMillis === 0;
  }

  /** Returns the form that containers report: `1m30s`. */
  public toString(): string {
    return this.toGoString();
  }
}

function toWholeMillis(amount: number, unit: Unit): number {
  const millis = typeof amount === 'number' ? amount * MILLIS_PER[unit] : NaN;
  if (!(millis >= 0 && millis <= MAX_MILLIS)) {
    throw new ConfigurationError(undefined, `a duration must be between 0 and 292 years, got ${quote(amount)} ${unit}`);
  }
  const whole = Math.abs(Math.round(millis));
  // 0.1 + 0.2 seconds mean 300 ms: the error of binary fractions is not a precision that the user asked for.
  if (Math.abs(millis - whole) > millis * Number.EPSILON * 4) {
    throw new ConfigurationError(
      undefined,
      `a duration must be a whole number of milliseconds, got ${quote(amount)} ${unit}; round it`,
    );
  }
  return whole;
}
