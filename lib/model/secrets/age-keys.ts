import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { ConfigurationError, quote } from '../../values';
import { readPrivateFile } from './secret-files';

/** Environment variable with the path of the file that holds the age identity. */
export const AGE_IDENTITY_VARIABLE = 'DOCKER_CONSTRUCTS_AGE_IDENTITY_FILE';

/**
 * Returns the identity file to use: the stated one, or the variable's, or the one in the user's configuration. Returns
 * undefined if none is stated and none exists.
 * @throws ConfigurationError when a stated one does not exist
 */
export function findIdentityFile(stated: string | undefined): string | undefined {
  const wanted = stated ?? (process.env[AGE_IDENTITY_VARIABLE] || undefined);
  const file = resolve(wanted ?? defaultIdentityFile());
  if (existsSync(file)) return file;
  if (wanted === undefined) return undefined;
  throw new ConfigurationError(
    undefined,
    `there is no age identity at ${quote(file)}; correct ${stated === undefined ? AGE_IDENTITY_VARIABLE : 'the path'}, ` +
      'or make one with `age-keygen -o`',
  );
}

/** Returns the default place of the identity file: `~/.config`, or `XDG_CONFIG_HOME` if it is set. */
export function defaultIdentityFile(): string {
  const configuration = process.env.XDG_CONFIG_HOME || join(homedir(), '.config');
  return join(configuration, 'docker-constructs', 'age-identity.txt');
}

/** Returns the identities in a file in age's format: one a line, `#` starts a comment. */
export function readIdentities(file: string): readonly string[] {
  const lines = readPrivateFile(file).toString('utf8').split(/\r?\n/);
  const identities = lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
  if (identities.length > 0 && identities.every((line) => line.startsWith('AGE-SECRET-KEY-'))) return identities;
  throw unreadableIdentity(file);
}

/** Returns the error for an unreadable identity. It repeats no content of the file, which may be a damaged key. */
export function unreadableIdentity(file: string): ConfigurationError {
  return new ConfigurationError(
    undefined,
    `${quote(file)} is not an age identity file; it needs lines that start with AGE-SECRET-KEY-, ` +
      'as `age-keygen -o` writes them',
  );
}

/**
 * Refuses an invalid recipient.
 * @throws ConfigurationError for an invalid recipient; a private key in its place is not repeated
 */
export function assertRecipients(recipients: readonly string[]): void {
  if (recipients.length === 0) throw badRecipient('no recipient was given');
  for (const recipient of recipients) {
    if (/^AGE-SECRET-KEY/i.test(recipient)) throw badRecipient('a private key was given as recipient');
    if (!/^age1[a-z0-9]+$/.test(recipient)) throw badRecipient(`${quote(recipient)} is not an age recipient`);
  }
}

export function badRecipient(problem: string): ConfigurationError {
  return new ConfigurationError(
    undefined,
    `${problem}; give the public key that starts with age1, which \`age-keygen -y <identity file>\` prints`,
  );
}
