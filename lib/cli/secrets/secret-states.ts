import { DecryptionResult } from '../../model/secrets/encrypted-secrets';
import type { Manifest, ManifestSecret } from '../../model/stack/manifest';
import { SecretStore } from '../../model/secrets/secret-store';

/**
 * Status of a secret. `created`: made just now; `kept`: existed before; `decrypted`: taken from its encrypted file just
 * now; `derived`: composed of others; `pending`: composed by the next synthesis; `locked`: its encrypted file was not
 * opened; `missing`: has no value.
 */
type SecretState = 'created' | 'kept' | 'decrypted' | 'derived' | 'pending' | 'locked' | 'missing';

/** A secret of a stack and its status. It holds no value, so it is safe to show. */
export interface SecretStatus {
  readonly secret: ManifestSecret;
  readonly state: SecretState;
  /** Reason why it is locked. */
  readonly reason?: string;
}

/** The part of a manifest about secrets. */
export type SecretsManifest = Pick<Manifest, 'stack' | 'secrets' | 'secretsDirectory' | 'encryptedDirectory'>;

/** Returns the store that a synthesis of the stack reads. */
export function storeOf(manifest: SecretsManifest): SecretStore {
  return new SecretStore({
    directory: manifest.secretsDirectory,
    encryptedDirectory: manifest.encryptedDirectory,
  });
}

/** Returns true for a secret with a value of its own, which is kept, encrypted and rotated. */
export function hasOwnValue({ origin }: ManifestSecret): boolean {
  return origin === 'generated' || origin === 'supplied';
}

/** Returns true if a deploy would find no value. */
export function isUnfilled({ state }: SecretStatus): boolean {
  return state === 'missing' || state === 'locked';
}

/** Decrypts what it can, and generates missing values. Existing values stay as they are. */
export function ensureSecrets(manifest: SecretsManifest, store: SecretStore): readonly SecretStatus[] {
  const names = manifest.secrets.filter(hasOwnValue).map(({ name }) => name);
  const decrypted = new Map(store.decryptMissing(names).map((result) => [result.name, result]));
  return manifest.secrets.map((secret) => ensure(secret, store, decrypted.get(secret.name)));
}

/** Returns the status of the secrets, without writing anything. */
export function inspectSecrets(manifest: SecretsManifest, store: SecretStore): readonly SecretStatus[] {
  return manifest.secrets.map((secret) => inspect(secret, store));
}

function ensure(secret: ManifestSecret, store: SecretStore, decryption: DecryptionResult | undefined): SecretStatus {
  const found = inspect(secret, store);
  if (decryption?.state === 'decrypted') return { secret, state: 'decrypted' };
  if (found.state === 'locked') return { ...found, reason: decryption?.reason ?? found.reason };
  if (found.state !== 'missing' || secret.origin !== 'generated') return found;
  return { secret, state: store.create(secret.name, { length: secret.length }) };
}

function inspect(secret: ManifestSecret, store: SecretStore): SecretStatus {
  const present = store.has(secret.name);
  if (!hasOwnValue(secret)) return { secret, state: present ? 'derived' : 'pending' };
  if (present) return { secret, state: 'kept' };
  if (!store.hasEncrypted(secret.name)) return { secret, state: 'missing' };
  return { secret, state: 'locked', reason: 'it is encrypted and was not decrypted on this machine yet' };
}
