import { createHmac, randomBytes } from 'node:crypto';
import { ConfigurationError, quote } from '../../values';
import { SecretFiles } from './secret-files';

/** File with the random key; it starts with a dot so that no secret can have its name. */
export const FINGERPRINT_KEY_FILE = '.fingerprint-key';
const KEY_BYTES = 32;

/**
 * Keyed short names of values. A reader of a plan can neither read the value nor test guesses, because the key never
 * leaves the secrets directory. Equal values of two secrets have different fingerprints.
 */
export class Fingerprints {
  private key?: Buffer;

  public constructor(private readonly files: SecretFiles) {}

  /** Returns 16 hex digits. Makes the key if there is none. */
  public of(name: string, value: Buffer): string {
    this.key ??= this.loadKey();
    return createHmac('sha256', this.key).update(`${name}\0`).update(value).digest('hex').slice(0, 16);
  }

  /** Discards the key, so that a replaced one is read next time. */
  public forgetKey(): void {
    this.key = undefined;
  }

  private loadKey(): Buffer {
    if (!this.files.has(FINGERPRINT_KEY_FILE)) this.files.create(FINGERPRINT_KEY_FILE, randomBytes(KEY_BYTES));
    const key = this.files.read(FINGERPRINT_KEY_FILE);
    if (key?.length === KEY_BYTES) return key;
    throw new ConfigurationError(
      undefined,
      `${quote(this.files.path(FINGERPRINT_KEY_FILE))} is not a key of ${KEY_BYTES} bytes; delete it, ` +
        'and the next deploy restarts every consumer of a secret once',
    );
  }
}
