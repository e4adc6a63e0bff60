import { IConstruct } from 'constructs';
import { assertEnvironmentKey, ConfigurationError, quoted } from '../values';
import { brokenText } from './broken-text';

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
    const broken = brokenText(value);
    if (broken !== undefined) {
      throw new ConfigurationError(this.owner, `environment variable ${quoted(key)} contains ${broken}; remove it`);
    }
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

  public addAll(values: Readonly<Record<string, string>>): void {
    for (const [key, value] of Object.entries(values)) this.add(key, value);
  }

  /** Keys with their values, sorted by key. */
  public entries(): readonly (readonly [string, string])[] {
    return [...this.values].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}
