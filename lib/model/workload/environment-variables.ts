import { IConstruct } from 'constructs';
import { assertVariableName, ConfigurationError, quote } from '../../values';
import { alteredText } from './invalid-characters';

/** Linux's MAX_ARG_STRLEN. */
const MAX_BYTES = 131072;

/**
 * The environment variables of a workload. Names and values are checked. A variable cannot be set to two values, and
 * only its owner can set a variable that a construct owns.
 */
export class EnvironmentVariables {
  private readonly values = new Map<string, string>();
  /** Variables that a construct owns, with the advice what to do instead. */
  private readonly owned = new Map<string, string>();
  /** Variables that the start wrapper sets from a secret's file, by the name of the secret. */
  private readonly exported = new Map<string, string>();

  public constructor(
    private readonly owner: IConstruct,
    private readonly assertOpen: () => void,
  ) {}

  /**
   * Adds a variable.
   * @throws ConfigurationError for a name or value that no process can receive, for a variable that has another value,
   * and for one that the construct owns
   */
  public add(key: string, value: string): void {
    this.assertOpen();
    this.assertText(key, value);
    this.assertFree(key);
    const known = this.values.get(key);
    if (known !== undefined && known !== value) {
      throw this.refused(
        `environment variable ${quote(key)} is set twice, to ${quote(known)} and ${quote(value)}; set it once, or connect under another alias`,
      );
    }
    this.values.set(key, value);
  }

  public addAll(values: Readonly<Record<string, string>>): void {
    for (const [key, value] of Object.entries(values)) this.add(key, value);
  }

  /**
   * Sets variables that only this construct may set; other constructs are refused before and after.
   * @param values a value that is undefined keeps the variable unset
   * @param instead advice what to do instead of setting them
   */
  public own(values: Readonly<Record<string, string | undefined>>, instead: string): void {
    this.assertOpen();
    for (const [key, value] of Object.entries(values)) {
      if (this.values.has(key)) throw this.ownedBy(key, instead);
      if (value !== undefined) {
        this.assertText(key, value);
        this.values.set(key, value);
      }
      this.owned.set(key, instead);
    }
  }

  /** Notes a variable that is set from a secret's file when the program starts. */
  public export(key: string, secret: string): void {
    this.assertOpen();
    const known = this.exported.get(key);
    if (known === secret) return;
    this.assertFree(key);
    if (this.values.has(key)) {
      throw this.refused(
        `environment variable ${quote(key)} has a value already and is exported from secret ${quote(secret)}; do one of the two`,
      );
    }
    this.exported.set(key, secret);
  }

  /** Keys with their values, sorted by key. */
  public entries(): readonly (readonly [string, string])[] {
    return [...this.values].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  private assertText(key: string, value: string): void {
    assertVariableName(this.owner, 'name of an environment variable', key);
    if (typeof value !== 'string') {
      throw this.refused(
        `environment variable ${quote(key)} has no text as its value but ${typeof value}; write a string, and give secrets to \`addSecret\` or \`connectTo\``,
      );
    }
    const broken = alteredText(value);
    if (broken !== undefined) throw this.refused(`environment variable ${quote(key)} contains ${broken}; remove it`);
    // The kernel counts the name, the "=" and the NUL at the end.
    const bytes = Buffer.byteLength(`${key}=${value}`) + 1;
    if (bytes <= MAX_BYTES) return;
    throw this.refused(
      `environment variable ${quote(key)} takes ${bytes} bytes, and Linux starts no program with one of more than ${MAX_BYTES}; write it into a file, with ` +
        '`workload.addFile`',
    );
  }

  private assertFree(key: string): void {
    const instead = this.owned.get(key);
    if (instead !== undefined) throw this.ownedBy(key, instead);
    const secret = this.exported.get(key);
    if (secret === undefined) return;
    throw this.refused(
      `environment variable ${quote(key)} is exported from secret ${quote(secret)} already; set it once`,
    );
  }

  private ownedBy(key: string, instead: string): ConfigurationError {
    return this.refused(`environment variable ${quote(key)} belongs to the construct, which decides it; ${instead}`);
  }

  private refused(message: string): ConfigurationError {
    return new ConfigurationError(this.owner, message);
  }
}
