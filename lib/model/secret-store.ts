import { resolve } from 'node:path';
import { assertSecretName, ConfigurationError, contentHash, quoted, redacted } from '../values';
import { DecryptionResult, EncryptedSecrets, EncryptionResult } from './encrypted-secrets';
import { bcryptHash, ComposedPart, composeValue } from './secret-derivation';
import { SecretFiles } from './secret-files';
import { Fingerprints } from './secret-fingerprint';
import { randomSecretText, SecretTextOptions } from './secret-text';
import { assertUsable } from './secret-use';
import type { SecretUse } from './secret-use';

/** What `fingerprint` says of a secret without a value. */
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
 * The local files that hold a stack's secret values. It hands out paths and fingerprints, never a value, so what is
 * built on it can be shown to anybody. What it knows it knows once per process: a synthesis sees one state.
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

  /** Absolute path of the value's file, whether it is there or not. */
  public pathOf(name: string): string {
    return this.files.path(checked(name));
  }

  /** True when there is a value: a file that is not empty. */
  public has(name: string): boolean {
    return this.files.has(checked(name));
  }

  /** True when there is an encrypted file for it, whether this machine can open it or not. */
  public hasEncrypted(name: string): boolean {
    return this.encrypted?.has(checked(name)) ?? false;
  }

  /**
   * 16 hex digits that change with the value, or `'missing'`. Goes into names of containers, so that a new value
   * replaces exactly its consumers.
   */
  public fingerprint(name: string): string {
    const known = this.known.get(checked(name));
    if (known !== undefined) return known;
    const value = this.files.read(name);
    const fingerprint = value === undefined ? MISSING_FINGERPRINT : this.fingerprints.of(name, value);
    this.known.set(name, fingerprint);
    return fingerprint;
  }

  /** One fingerprint for several secrets, whatever their order. */
  public fingerprintOf(names: readonly string[]): string {
    const each = [...new Set(names)].sort().map((name) => [name, this.fingerprint(name)]);
    return contentHash(each, 16);
  }

  /**
   * Makes a strong random value where there is none; an existing one is never touched.
   * @throws ConfigurationError when an encrypted file holds the value that this machine could not open
   */
  public create(name: string, options: SecretTextOptions = {}): 'created' | 'kept' {
    if (this.has(name)) return 'kept';
    if (this.hasEncrypted(name)) {
      throw new ConfigurationError(
        undefined,
        `secret ${quoted(name)} has an encrypted value that was not decrypted; making up another one would hide it`,
      );
    }
    this.known.delete(name);
    return this.files.create(name, randomSecretText(options)) ? 'created' : 'kept';
  }

  /** Writes a value that somebody else chose. The one before it, if any, is kept as `<name>.previous`. */
  public set(name: string, value: string | Buffer): void {
    if (value.length === 0) {
      throw new ConfigurationError(undefined, `secret ${quoted(name)} was given an empty value; give one`);
    }
    this.keepPrevious(name);
    this.write(name, value);
  }

  /**
   * @throws ConfigurationError for a value that is there and that one of its uses cannot hold
   */
  public assertUsable(name: string, uses: readonly SecretUse[]): void {
    const value = uses.length === 0 ? undefined : this.files.read(checked(name));
    if (value !== undefined) assertUsable(name, value, uses);
  }

  /** Replaces the values of secrets, the previous ones too, in texts for people. It hands out no value itself. */
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
   * Writes a value that is put together from others, such as a database URL. Nothing happens while a part is
   * missing, or when the value is already there.
   */
  public compose(name: string, parts: readonly ComposedPart[]): void {
    const value = composeValue(parts, (secret) => this.files.read(checked(secret)));
    if (value === undefined || value.length === 0) return;
    if (this.files.read(checked(name))?.equals(value) !== true) this.write(name, value);
  }

  /**
   * Writes the bcrypt hash of another secret. Hashes are salted, so a new one is made only when the source changed.
   */
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
   * Brings values in line with their encrypted files: those that are missing, and those whose encrypted file is newer.
   * A value that was replaced is kept as `<name>.previous`. What this machine cannot open is reported, not thrown.
   */
  public decryptMissing(names: readonly string[]): readonly DecryptionResult[] {
    const wanted = names.map(checked);
    if (this.encrypted === undefined) return wanted.map((name) => ({ name, state: 'none' }));
    this.known.clear();
    return this.encrypted.decrypt(wanted, (name) => this.keepPrevious(name));
  }

  /** Writes `<name>.age` for every value that is there; files that are up to date stay as they are. */
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
    `secret name ${quoted(name)} is kept for the value before the present one; choose another`,
  );
}
