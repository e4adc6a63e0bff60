import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigurationError, quote } from '../../values';
import { AGE_IDENTITY_VARIABLE, assertRecipients, badRecipient } from './age-keys';
import { defaultIdentityFile, findIdentityFile, readIdentities, unreadableIdentity } from './age-keys';
import { AgeProblem, AgeResult, runAge } from './age-process';
import { SecretFiles } from './secret-files';
import { FINGERPRINT_KEY_FILE, Fingerprints } from './secret-fingerprint';

/** Result of decrypting one secret's file. */
export interface DecryptionResult {
  readonly name: string;
  /**
   * `decrypted`: the value was written; `current`: it was already there; `none`: there is no encrypted file;
   * `skipped`: there is one, but this machine has no identity; `failed`: the identity or the file cannot be used.
   */
  readonly state: 'decrypted' | 'current' | 'none' | 'skipped' | 'failed';
  /** Reason why it was skipped or failed, and what to do. */
  readonly reason?: string;
}

export interface EncryptionResult {
  readonly name: string;
  /** `current`: the encrypted file holds this value for these recipients; `missing`: there is no value to encrypt. */
  readonly state: 'encrypted' | 'current' | 'missing';
}

/**
 * The encrypted file that a value was read from, noted beside the value. It holds hashes of public text and a
 * fingerprint.
 */
interface Origin {
  readonly file: string;
  readonly value: string;
  readonly recipients?: string;
}

/**
 * Values that are kept in git as `<name>.age`. The key of the fingerprints is kept with them. Everyone who deploys has
 * the same key, so the same values give the same plan on every machine.
 */
export class EncryptedSecrets {
  public constructor(
    private readonly directory: string,
    private readonly identity: string | undefined,
    private readonly plain: SecretFiles,
    private readonly fingerprints: Fingerprints,
  ) {}

  public has(name: string): boolean {
    return existsSync(this.fileOf(name));
  }

  /**
   * Decrypts files. It never throws for an unusable identity or file, but reports it in the result: a person who works
   * on one stack may lack the key for another.
   *
   * @param keepPrevious - called before a value is overwritten
   */
  public decrypt(names: readonly string[], keepPrevious: (name: string) => void): readonly DecryptionResult[] {
    const stale = [FINGERPRINT_KEY_FILE, ...names].filter((name) => this.has(name) && this.isStale(name));
    const opened = new Map(this.open(stale, keepPrevious).map((result) => [result.name, result]));
    return names.map((name) => opened.get(name) ?? { name, state: this.has(name) ? 'current' : 'none' });
  }

  public encrypt(names: readonly string[], recipients: readonly string[]): readonly EncryptionResult[] {
    assertRecipients(recipients);
    const present = names.filter((name) => this.plain.has(name));
    const group = hashOf([...recipients].sort().join('\n'));
    // A fingerprint request makes the key, which must exist before it is encrypted.
    present.forEach((name) => this.valueOf(name));
    const due = [FINGERPRINT_KEY_FILE, ...present].filter(
      (name) => this.plain.has(name) && !this.isSealed(name, group),
    );
    if (due.length > 0) this.seal(due, recipients, group);
    return names.map((name) => {
      if (!present.includes(name)) return { name, state: 'missing' };
      return { name, state: due.includes(name) ? 'encrypted' : 'current' };
    });
  }

  private fileOf(name: string): string {
    return join(this.directory, `${name}.age`);
  }

  /**
   * Returns true if the encrypted file is newer than the value. The note of the value's source file decides. Only a
   * value of unknown origin is compared by age, because a checkout gives files new times.
   */
  private isStale(name: string): boolean {
    if (!this.plain.has(name)) return true;
    const origin = this.originOf(name);
    if (origin !== undefined) return origin.file !== hashOf(readFileSync(this.fileOf(name)));
    if (name === FINGERPRINT_KEY_FILE) return true;
    return statSync(this.plain.path(name)).mtimeMs < statSync(this.fileOf(name)).mtimeMs;
  }

  private isSealed(name: string, recipients: string): boolean {
    const origin = this.originOf(name);
    if (origin === undefined || !this.has(name) || this.isStale(name)) return false;
    return origin.value === this.valueOf(name) && origin.recipients === recipients;
  }

  private open(names: readonly string[], keepPrevious: (name: string) => void): readonly DecryptionResult[] {
    try {
      const identity = names.length === 0 ? undefined : findIdentityFile(this.identity);
      if (identity === undefined) return names.map((name) => ({ name, state: 'skipped', reason: noIdentity() }));
      const contents = names.map((name) => readFileSync(this.fileOf(name)));
      const results = runAge({ action: 'decrypt', identities: readIdentities(identity), contents });
      if (results === undefined) throw unreadableIdentity(identity);
      return names.map((name, index) => this.opened(name, results[index] ?? {}, identity, keepPrevious));
    } catch (error) {
      if (!ConfigurationError.isConfigurationError(error)) throw error;
      return names.map((name) => ({ name, state: 'failed', reason: error.detail }));
    }
  }

  private opened(
    name: string,
    { content, problem = 'damaged' }: AgeResult,
    identity: string,
    keepPrevious: (name: string) => void,
  ): DecryptionResult {
    if (content === undefined || content.length === 0) {
      return { name, state: 'failed', reason: cannotOpen(this.fileOf(name), identity, problem) };
    }
    if (this.plain.read(name)?.equals(content) !== true) this.putDown(name, content, keepPrevious);
    this.note(name);
    return { name, state: 'decrypted' };
  }

  private putDown(name: string, value: Buffer, keepPrevious: (name: string) => void): void {
    if (name !== FINGERPRINT_KEY_FILE) keepPrevious(name);
    this.plain.replace(name, value);
    if (name === FINGERPRINT_KEY_FILE) this.fingerprints.forgetKey();
  }

  private seal(names: readonly string[], recipients: readonly string[], group: string): void {
    const contents = names.map((name) => this.plain.read(name) ?? Buffer.alloc(0));
    const results = runAge({ action: 'encrypt', recipients, contents });
    if (results === undefined) throw badRecipient(`one of ${quote(recipients)} is not an age recipient`);
    mkdirSync(this.directory, { recursive: true });
    names.forEach((name, index) => {
      writeFileSync(this.fileOf(name), results[index]?.content ?? '');
      this.note(name, group);
    });
  }

  private note(name: string, recipients?: string): void {
    const file = hashOf(readFileSync(this.fileOf(name)));
    const origin: Origin = { file, value: this.valueOf(name), recipients };
    this.plain.replace(noteOf(name), JSON.stringify(origin));
  }

  private originOf(name: string): Origin | undefined {
    const text = this.plain.read(noteOf(name))?.toString('utf8');
    return text === undefined ? undefined : (JSON.parse(text) as Origin);
  }

  private valueOf(name: string): string {
    return this.fingerprints.of(name, this.plain.read(name) ?? Buffer.alloc(0));
  }
}

function noteOf(name: string): string {
  return `.${name}.age-origin`;
}

function hashOf(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function noIdentity(): string {
  return `no age identity on this machine; put one into ${defaultIdentityFile()} or name its file in ${AGE_IDENTITY_VARIABLE}`;
}

function cannotOpen(file: string, identity: string, problem: AgeProblem): string {
  const where = `cannot decrypt ${quote(file)} with the identity in ${quote(identity)}`;
  if (problem === 'damaged') return `${where}: it is not an intact age file; restore it from git`;
  return `${where}: it was encrypted for others; add your recipient and encrypt it again, or name another identity in ${AGE_IDENTITY_VARIABLE}`;
}
