import { ConfigurationError } from './configuration-error';
import { quoted } from './quoted';

const PERIOD_MICROS = 100_000;
const SHARES_PER_CPU = 1024;
const MIN_SHARES = 2;
const MIN_CPUS = 0.01;
const MAX_CPUS = 1024;

/** Processor time; 1 is one fully used processor. */
export class Cpus {
  /**
   * Returns an amount of processor time.
   * @param count between 0.01 (the kernel's smallest quota) and 1024; 0.5 is half a processor
   */
  public static of(count: number): Cpus {
    if (typeof count !== 'number' || !(count >= MIN_CPUS && count <= MAX_CPUS)) {
      throw new ConfigurationError(
        undefined,
        `cpus must be a number between ${MIN_CPUS} and ${MAX_CPUS}, got ${quoted(count)}; 0.5 is half a processor`,
      );
    }
    return new Cpus(count);
  }

  private constructor(
    /** Number of processors. */
    public readonly count: number,
  ) {}

  /** Returns a hard limit for the kernel's scheduler: `quota` microseconds in every `period` microseconds. */
  public toQuota(): { readonly period: number; readonly quota: number } {
    return { period: PERIOD_MICROS, quota: Math.round(PERIOD_MICROS * this.count) };
  }

  /** Returns a weight relative to other containers. It counts only while processors are short. */
  public toShares(): number {
    return Math.max(MIN_SHARES, Math.round(SHARES_PER_CPU * this.count));
  }

  /** Returns the number of processors as text: `0.5`. */
  public toString(): string {
    return String(this.count);
  }
}
