import { resolve } from 'node:path';
import { assertSecretName, ConfigurationError, contentHash, quote, redacted } from '../../values';
import { DecryptionResult, EncryptedSecrets, EncryptionResult } from './encrypted-secrets';
import { bcryptHash, ComposedPart, composeValue } from './secret-derivation';
import { SecretFiles } from './secret-files';
import { Fingerprints } from './secret-fingerprint';
import { randomSecretText, SecretTextOptions } from './secret-text';
import { assertUsable } from './secret-use';
import type { SecretUse } from './secret-use';

/** Fingerprint of a secret without a value. */
const MISSING_FINGERPRINT = 'missing';
const PREVIOUS = '.previous';

export interface SecretStoreProps {
  /** Folder with one file per value. Ignored by git, mode 0700; made when the first value is written. */
  readonly directory: string;
  /**
   * Folder with `<name>.age` files, made for git.
   * @default - encrypted files are not used
   */
  readonly encryptedDirectory?: string;
  /**
   * File with the age identity that opens them.
   * @default - `DOCKER_CONSTRUCTS_AGE_IDENTITY_FILE`, or else `~/.config/docker-constructs/age-identity.txt`
   */
  readonly identity?: string;
}

/**
 * The local files that hold a stack's secret values. It returns paths and fingerprints, never a value, so its results
 * are safe to show. It reads each value once per process: a synthesis sees one state.
 */
export class SecretStore {
  /** Absolute path of the folder with the values. */
  public readonly directory: string;
  /** Absolute path of the folder with the encrypted files. */
  public readonly encryptedDirectory: string | undefined;
  private readonly files: SecretFiles;
  private readonly fingerprints: Fingerprints;
  private readonly encrypted: EncryptedSecrets | undefined;
  private readonly known = new Map<string, string>();

  public constructor(props: SecretStoreProps) {
    this.directory = resolve(props.directory);
    this.encryptedDirectory = props.encryptedDirectory ? resolve(props.encryptedDirectory) : undefined;
    this.files = new SecretFiles(this.directory);
    this.fingerprints = new Fingerprints(this.files);
    if (this.encryptedDirectory !== undefined) {
      this.encrypted = new EncryptedSecrets(this.encryptedDirectory, props.identity, this.files, this.fingerprints);
    }
  }

  /** Returns the absolute path of the value's file, which may not exist. */
  public pathOf(name: string): string {
    return this.files.path(checked(name));
  }

  /** Returns true if there is a value: a file that is not empty. */
  public has(name: string): boolean {
    return this.files.has(checked(name));
  }

  /** Returns true if there is an encrypted file, even if this machine cannot open it. */
  public hasEncrypted(name: string): boolean {
    return this.encrypted?.has(checked(name)) ?? false;
  }

  /**
   * Returns 16 hex digits that change with the value, or `'missing'`. They are part of names of containers, so that a
   * new value replaces exactly its consumers.
   */
  public fingerprint(name: string): string {
    const known = this.known.get(checked(name));
    if (known !== undefined) return known;
    const value = this.files.read(name);
    const fingerprint = value === undefined ? MISSING_FINGERPRINT : this.fingerprints.of(name, value);
    this.known.set(name, fingerprint);
    return fingerprint;
  }

  /** Returns one fingerprint for several secrets, independent of their order. */
  public fingerprintOf(names: readonly string[]): string {
    const each = [...new Set(names)].sort().map((name) => [name, this.fingerprint(name)]);
    return contentHash(each, 16);
  }

  /**
   * Makes a strong random value if there is none; never changes an existing one.
   * @throws ConfigurationError when an encrypted file holds the value that this machine could not open
   */
  public create(name: string, options: SecretTextOptions = {}): 'created' | 'kept' {
    if (this.has(name)) return 'kept';
    if (this.hasEncrypted(name)) {
      throw new ConfigurationError(
        undefined,
        `secret ${quote(name)} has an encrypted value that was not decrypted; making up another one would hide it`,
      );
    }
    this.known.delete(name);
    return this.files.create(name, randomSecretText(options)) ? 'created' : 'kept';
  }

  /** Writes a supplied value. The previous one, if any, is kept as `<name>.previous`. */
  public set(name: string, value: string | Buffer): void {
    if (value.length === 0) {
      throw new ConfigurationError(undefined, `secret ${quote(name)} was given an empty value; give one`);
    }
    this.keepPrevious(name);
    this.write(name, value);
  }

  /**
   * Refuses a value that one of its uses cannot hold.
   * @throws ConfigurationError for an existing value that one of its uses cannot hold
   */
  public assertUsable(name: string, uses: readonly SecretUse[]): void {
    const value = uses.length === 0 ? undefined : this.files.read(checked(name));
    if (value !== undefined) assertUsable(name, value, uses);
  }

  /**
   * Returns a function that replaces the values of secrets, previous ones included, in texts for people. It returns no
   * value itself.
   */
  public redactor(names: readonly string[]): (text: string) => string {
    const values = names.flatMap((name) => [checked(name), `${name}${PREVIOUS}`].map((file) => this.files.read(file)));
    const known = values.filter((value) => value !== undefined);
    return (text) => redacted(text, known);
  }

  /** Writes a new random value; the old one is kept as `<name>.previous`. The next deploy restarts the consumers. */
  public rotate(name: string, options: SecretTextOptions = {}): void {
    this.set(name, randomSecretText(options));
  }

  /**
   * Writes a value that is composed of others, such as a database URL. Does nothing while a part is missing, or if the
   * value is already there.
   */
  public compose(name: string, parts: readonly ComposedPart[]): void {
    const value = composeValue(parts, (secret) => this.files.read(checked(secret)));
    if (value === undefined || value.length === 0) return;
    if (this.files.read(checked(name))?.equals(value) !== true) this.write(name, value);
  }

  /** Writes the bcrypt hash of another secret. Hashes are salted, so a new one is made only when the source changed. */
  public composeBcrypt(name: string, fromSecret: string): void {
    const source = this.files.read(checked(fromSecret));
    if (source === undefined) return;
    const hashed = this.fingerprints.of(fromSecret, source);
    const sidecar = `.${checked(name)}.source`;
    if (this.has(name) && this.files.read(sidecar)?.toString() === hashed) return;
    this.write(name, bcryptHash(fromSecret, source));
    this.files.replace(sidecar, hashed);
  }

  /**
   * Updates values from their encrypted files: missing values, and those whose encrypted file is newer. A replaced
   * value is kept as `<name>.previous`. Files that this machine cannot open are reported, not thrown.
   */
  public decryptMissing(names: readonly string[]): readonly DecryptionResult[] {
    const wanted = names.map(checked);
    if (this.encrypted === undefined) return wanted.map((name) => ({ name, state: 'none' }));
    this.known.clear();
    return this.encrypted.decrypt(wanted, (name) => this.keepPrevious(name));
  }

  /** Writes `<name>.age` for every existing value; files that are up to date stay as they are. */
  public encrypt(names: readonly string[], recipients: readonly string[]): readonly EncryptionResult[] {
    if (this.encrypted === undefined) {
      throw new ConfigurationError(undefined, 'this stack has no folder for encrypted secrets; give it one');
    }
    return this.encrypted.encrypt(names.map(checked), recipients);
  }

  private keepPrevious(name: string): void {
    const value = this.files.read(checked(name));
    if (value !== undefined) this.files.replace(`${name}${PREVIOUS}`, value);
  }

  private write(name: string, value: string | Buffer): void {
    this.files.replace(name, value);
    this.known.delete(name);
  }
}

function checked(name: string): string {
  assertSecretName(undefined, 'secret name', name);
  if (!name.endsWith(PREVIOUS)) return name;
  throw new ConfigurationError(
    undefined,
    `secret name ${quote(name)} is kept for the value before the present one; choose another`,
  );
}
