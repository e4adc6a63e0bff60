import { ConfigurationError } from './configuration-error';
import { quote } from './quote';

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
        `cpus must be a number between ${MIN_CPUS} and ${MAX_CPUS}, got ${quote(count)}; 0.5 is half a processor`,
      );
    }
    return new Cpus(count);
  }

  private constructor(
    /** Number of processors. */
    public readonly count: number,
  ) {}

  /** Returns the number of processors as text: `0.5`. */
  public toString(): string {
    return String(this.count);
  }
}
