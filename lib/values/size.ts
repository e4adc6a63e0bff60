import { ConfigurationError } from './configuration-error';
import { quote } from './quote';

const BYTES_PER = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4, p: 1024 ** 5 } as const;
type Unit = keyof typeof BYTES_PER;

const GRAMMAR = /^(\d+(?:\.\d+)?) ?([bkmgtp]?)(?:(?<=[kmgtp])i?b)?$/i;

/** An amount of memory or storage in whole bytes. Units are binary, as everywhere in Docker. */
export class Size {
  /** Returns a size in bytes. */
  public static bytes(amount: number): Size {
    return new Size(toWholeBytes(amount, 'b'));
  }

  /** Returns a size in units of 1024 bytes. */
  public static kibibytes(amount: number): Size {
    return new Size(toWholeBytes(amount, 'k'));
  }

  /** Returns a size in units of 1024² bytes. */
  public static mebibytes(amount: number): Size {
    return new Size(toWholeBytes(amount, 'm'));
  }

  /** Returns a size in units of 1024³ bytes. */
  public static gibibytes(amount: number): Size {
    return new Size(toWholeBytes(amount, 'g'));
  }

  /** Reads sizes as Docker does: `512m`, `1g`, `1.5g`, `64MiB`, `64MB` (binary too), `1024` (bytes). */
  public static parse(text: string): Size {
    const match = typeof text === 'string' ? GRAMMAR.exec(text) : null;
    if (!match) {
      throw new ConfigurationError(undefined, `${quote(text)} is not a size; write "64MiB", "512m" or "1g"`);
    }
    return new Size(toWholeBytes(Number(match[1]), (match[2]?.toLowerCase() || 'b') as Unit));
  }

  private constructor(private readonly wholeBytes: number) {}

  /** Returns the number of bytes. */
  public toBytes(): number {
    return this.wholeBytes;
  }

  /** Returns the number of MiB, and refuses a size that is not a whole number of them. */
  public toMebibytes(): number {
    const amount = this.wholeBytes / BYTES_PER.m;
    if (Number.isInteger(amount)) return amount;
    throw new ConfigurationError(undefined, `${this.wholeBytes} bytes are no whole number of MiB; round them`);
  }

  /**
   * Returns the size in the largest unit that is exact: `1g`, `64m`, `4k`; bytes have no unit. Mount options need this.
   */
  public toShortString(): string {
    const unit = (['g', 'm', 'k'] as const).find((candidate) => this.wholeBytes % BYTES_PER[candidate] === 0);
    return unit && this.wholeBytes > 0 ? `${this.wholeBytes / BYTES_PER[unit]}${unit}` : `${this.wholeBytes}`;
  }

  /** Returns the short form: `512m`. */
  public toString(): string {
    return this.toShortString();
  }
}

function toWholeBytes(amount: number, unit: Unit): number {
  const bytes = typeof amount === 'number' ? amount * BYTES_PER[unit] : NaN;
  const unitName = unit === 'b' ? 'bytes' : `${unit.toUpperCase()}iB`;
  if (!(bytes >= 0 && bytes <= Number.MAX_SAFE_INTEGER)) {
    throw new ConfigurationError(undefined, `a size must be between 0 and 8 PiB, got ${quote(amount)} ${unitName}`);
  }
  if (!Number.isInteger(bytes)) {
    throw new ConfigurationError(
      undefined,
      `a size must be a whole number of bytes, got ${quote(amount)} ${unitName}; use a smaller unit`,
    );
  }
  return Math.abs(bytes);
}
