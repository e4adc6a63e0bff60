import { createHash } from 'node:crypto';
import { ConfigurationError } from './configuration-error';
import { quote } from './quote';

/** A value that JSON can represent. Properties that are undefined count as absent. */
export type JsonValue =
  null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue | undefined };

const MAX_DEPTH = 200;
const SHA256_HEX_LENGTH = 64;

/**
 * Start of the framework's placeholder for a value that Terraform fills in later. As a number, a placeholder is below
 * -1e280.
 */
const TOKEN_TEXT = '{TfToken[';
const LOWEST_PLAIN_NUMBER = -1e280;

/**
 * Returns a short name for content: the first digits of the SHA-256 of its canonical JSON (keys sorted, undefined
 * dropped). Equal content has an equal hash on every machine.
 *
 * @param length digits to return, 1 to 64. @default 12
 * @throws ConfigurationError for content that JSON cannot represent, and for values known only at deployment: their
 * placeholder changes with the order in which a program runs
 */
export function contentHash(value: JsonValue, length = 12): string {
  if (!Number.isInteger(length) || length < 1 || length > SHA256_HEX_LENGTH) {
    throw new ConfigurationError(undefined, `a hash has 1 to ${SHA256_HEX_LENGTH} digits, got ${quote(length)}`);
  }
  const text = canonicalJson(value, 0);
  if (text.includes(TOKEN_TEXT)) throw notPlain('a value that is known only on deployment');
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}

function canonicalJson(value: JsonValue | undefined, depth: number): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return numberJson(value);
  if (typeof value === 'boolean') return String(value);
  if (value === null || value === undefined) return 'null';
  if (typeof value !== 'object') throw notPlain(`a ${typeof value}`);
  if (depth > MAX_DEPTH) throw notPlain(`itself, or is nested deeper than ${MAX_DEPTH} levels`);
  return isList(value) ? listJson(value, depth) : objectJson(value, depth);
}

function isList(value: object): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function numberJson(value: number): string {
  if (!Number.isFinite(value)) throw notPlain(`the number ${value}`);
  if (value < LOWEST_PLAIN_NUMBER) throw notPlain('a number that is known only on deployment');
  return JSON.stringify(value);
}

function listJson(list: readonly JsonValue[], depth: number): string {
  return `[${list.map((item) => canonicalJson(item, depth + 1)).join(',')}]`;
}

function objectJson(object: { readonly [key: string]: JsonValue | undefined }, depth: number): string {
  const parts: string[] = [];
  for (const key of Object.keys(object).sort()) {
    const value = object[key];
    if (value !== undefined) parts.push(`${JSON.stringify(key)}:${canonicalJson(value, depth + 1)}`);
  }
  return `{${parts.join(',')}}`;
}

function notPlain(what: string): ConfigurationError {
  return new ConfigurationError(undefined, `content to be hashed must be plain JSON, but it contains ${what}`);
}
