import { IConstruct } from 'constructs';
import { assertEnvironmentKey, ConfigurationError, quoted } from '../values';
import { alteredText } from './broken-text';

/** Linux's MAX_ARG_STRLEN. */
const MAX_BYTES = 131072;

/** The environment variables of a workload: keys are checked, and nobody silently overwrites anybody. */
export class EnvironmentValues {
  private readonly values = new Map<string, string>();

  public constructor(
    private readonly owner: IConstruct,
    private readonly assertOpen: () => void,
  ) {}

  public add(key: string, value: string): void {
    this.assertOpen();
    assertEnvironmentKey(this.owner, 'environment variable', key);
    if (typeof value !== 'string') {
      throw new ConfigurationError(
        this.owner,
        `environment variable ${quoted(key)} has no text as its value but ${typeof value}; ` +
          'write a string, and give secrets to `addSecret` or `connectTo`',
      );
    }
    const broken = alteredText(value);
    if (broken !== undefined) {
      throw new ConfigurationError(this.owner, `environment variable ${quoted(key)} contains ${broken}; remove it`);
    }
    this.assertFits(key, value);
    const known = this.values.get(key);
    if (known !== undefined && known !== value) {
      throw new ConfigurationError(
        this.owner,
        `environment variable ${quoted(key)} is set twice, to ${quoted(known)} and ` +
          `${quoted(value)}; set it once, or connect under another alias`,
      );
    }
    this.values.set(key, value);
  }

  private assertFits(key: string, value: string): void {
    // The kernel counts the name, the sign between and the NUL at the end.
    const bytes = Buffer.byteLength(`${key}=${value}`) + 1;
    if (bytes <= MAX_BYTES) return;
    throw new ConfigurationError(
      this.owner,
      `environment variable ${quoted(key)} takes ${bytes} bytes, and Linux starts no program with one of more than ` +
        `${MAX_BYTES}; write it into a file, with \`workload.addFile\``,
    );
  }

  public addAll(values: Readonly<Record<string, string>>): void {
    for (const [key, value] of Object.entries(values)) this.add(key, value);
  }

  /** Keys with their values, sorted by key. */
  public entries(): readonly (readonly [string, string])[] {
    return [...this.values].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}
