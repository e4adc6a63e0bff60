import type { ManifestSecret } from '../../model/stack/manifest';
import type { SecretStore } from '../../model/secrets/secret-store';
import { assertUsable } from '../../model/secrets/secret-use';
import { ConfigurationError, quote } from '../../values';
import { hasOwnValue, SecretsManifest } from './secret-states';
import { textTable } from '../terminal/text-table';

/** A change of a secret's value. */
export interface Replacement {
  readonly name: string;
  /** If true, the command generates the next value. */
  readonly isRotation: boolean;
}

/**
 * Returns true if a change replaces an existing value.
 *
 * @throws ConfigurationError for a secret whose value cannot be changed in this way
 */
export function takesAway(manifest: SecretsManifest, store: SecretStore, { name, isRotation }: Replacement): boolean {
  const secret = findSecret(manifest, name);
  if (isRotation) refuseSupplied(secret);
  return store.has(name);
}

/** Replaces a generated value and prints its consumers, which restart. */
export function rotateSecret(manifest: SecretsManifest, store: SecretStore, name: string): string {
  const secret = findSecret(manifest, name);
  refuseSupplied(secret);
  store.rotate(name, { length: secret.length });
  return `${name} has a new value; the old one is in ${name}.previous.\n${consequences(manifest, store, secret)}`;
}

/**
 * Stores a value that was typed or piped. Echo and editors leave a line end behind a single line, which is removed. A
 * value of several lines, such as a key, is kept byte for byte.
 */
export function setSecret(manifest: SecretsManifest, store: SecretStore, name: string, input: Buffer): string {
  const secret = findSecret(manifest, name);
  const lineEnd = /^[^\r\n]*(\r?\n)$/.exec(input.toString('latin1'))?.[1] ?? '';
  const value = input.subarray(0, input.length - lineEnd.length);
  assertUsable(name, value, secret.uses ?? []);
  store.set(name, value);
  return `${name} is set.\n${consequences(manifest, store, secret)}`;
}

/** Writes the encrypted files of all secrets with their own values. */
export function encryptSecrets(manifest: SecretsManifest, store: SecretStore, recipients: readonly string[]): string {
  const names = manifest.secrets.filter(hasOwnValue).map(({ name }) => name);
  const results = store.encrypt(names, recipients);
  const table = textTable([['NAME', 'STATE'], ...results.map(({ name, state }) => [name, state])]);
  return `Encrypted secrets of ${manifest.stack}, in ${store.encryptedDirectory}\n\n${table}\n\nCommit this folder.\n`;
}

function findSecret(manifest: SecretsManifest, name: string): ManifestSecret {
  const secret = manifest.secrets.find((candidate) => candidate.name === name);
  if (secret === undefined) {
    const names = manifest.secrets.map((candidate) => candidate.name).join(', ') || 'none';
    throw refusal(name, `is not a secret of ${manifest.stack}; it has: ${names}`);
  }
  if (!hasOwnValue(secret)) throw refusal(name, 'is made from others by every synthesis; change those');
  return secret;
}

function refuseSupplied({ name, origin }: ManifestSecret): void {
  if (origin === 'supplied') throw refusal(name, 'is not generated, so only you can know its next value; use --set');
}

function consequences(manifest: SecretsManifest, store: SecretStore, secret: ManifestSecret): string {
  const consumers = secret.consumers.join(', ') || 'nothing by itself, only what is made from it';
  const lines = [`The next deploy of ${manifest.stack} restarts: ${consumers}.`];
  if (store.hasEncrypted(secret.name)) lines.push('Its encrypted file holds the old value until you run --encrypt.');
  return `${lines.join('\n')}\n`;
}

function refusal(name: string, problem: string): ConfigurationError {
  return new ConfigurationError(undefined, `${quote(name)} ${problem}`);
}
