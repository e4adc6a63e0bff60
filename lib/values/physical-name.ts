import { createHash } from 'node:crypto';
import { ConfigurationError } from './configuration-error';
import { quote } from './quote';

const HASH_LENGTH = 8;
const SHORTEST_LIMIT = 16;

/**
 * Returns the name of a thing on the host, made from construct ids: lower case, joined by `-`
 * (`['Mnemolite', 'ApiService']` → `mnemolite-api-service`).
 *
 * A name that is too long loses its front, because the last parts carry the meaning. It then gets the first 8 digits of
 * the full name's SHA-256, so that it stays unique and is the same on every machine.
 *
 * @param max the longest name allowed, at least 16. @default 63
 */
export function physicalName(parts: readonly string[], max = 63): string {
  if (!Number.isInteger(max) || max < SHORTEST_LIMIT) {
    throw new ConfigurationError(
      undefined,
      `the longest name must be at least ${SHORTEST_LIMIT} characters, got ${quote(max)}`,
    );
  }
  const full = parts
    .map(kebabCase)
    .filter((part) => part !== '')
    .join('-');
  if (full === '') {
    throw new ConfigurationError(undefined, `no name can be made of ${quote(parts)}; use letters or digits`);
  }
  return full.length <= max ? full : `${lastWords(full, max - HASH_LENGTH - 1)}-${shortHash(full)}`;
}

function kebabCase(id: string): string {
  return String(id)
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .toLowerCase();
}

/** Returns the end of the text, cut between two words if possible. */
function lastWords(text: string, length: number): string {
  const boundary = text.indexOf('-', text.length - length - 1);
  return text.slice(boundary < 0 ? -length : boundary + 1);
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_LENGTH);
}
