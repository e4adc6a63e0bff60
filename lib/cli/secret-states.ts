import { DecryptionResult } from '../model/encrypted-secrets';
import type { Manifest, ManifestSecret } from '../model/manifest';
import { SecretStore } from '../model/secret-store';

/**
 * `created`: made just now; `kept`: was there; `decrypted`: taken from its encrypted file just now; `derived`: made
 * of others and there; `pending`: made of others by the next synthesis; `locked`: its encrypted file was not opened;
 * `missing`: has no value.
 */
type SecretState = 'created' | 'kept' | 'decrypted' | 'derived' | 'pending' | 'locked' | 'missing';

/** A secret of a stack and how it stands. Holds no value, so it can be shown. */
export interface SecretStatus {
  readonly secret: ManifestSecret;
  readonly state: SecretState;
  /** Why it is locked. */
  readonly reason?: string;
}

/** The part of a manifest that is about secrets. */
export type SecretsManifest = Pick<Manifest, 'stack' | 'secrets' | 'secretsDirectory' | 'encryptedDirectory'>;

/** The store that a synthesis of the stack reads from. */
export function storeOf(manifest: SecretsManifest): SecretStore {
  return new SecretStore({
    directory: manifest.secretsDirectory,
    encryptedDirectory: manifest.encryptedDirectory,
  });
}

/** True for a secret that has a value of its own, which is kept, encrypted and rotated. */
export function hasOwnValue({ origin }: ManifestSecret): boolean {
  return origin === 'generated' || origin === 'supplied';
}

/** True when a deploy would find no value. */
export function isUnfilled({ state }: SecretStatus): boolean {
  return state === 'missing' || state === 'locked';
}

/** Decrypts what can be decrypted and generates what is missing. Existing values are left alone. */
export function ensureSecrets(manifest: SecretsManifest, store: SecretStore): readonly SecretStatus[] {
  const names = manifest.secrets.filter(hasOwnValue).map(({ name }) => name);
  const decrypted = new Map(store.decryptMissing(names).map((result) => [result.name, result]));
  return manifest.secrets.map((secret) => ensure(secret, store, decrypted.get(secret.name)));
}

/** How the secrets stand, without writing anything. */
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
