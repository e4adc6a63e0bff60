import { Tokenization } from 'cdktf';
import { ConfigurationError, quote } from '../../values';
import type { HasPath } from '../../values';
import { alteredText } from '../../model/workload/invalid-characters';
import { escapedText } from './terraform-text';

/** Key that cdktf loses when it copies an object of JavaScript. */
const LOST_KEY = '__proto__';

type Attributes = Readonly<Record<string, unknown>>;

/**
 * Returns attributes of a resource in which every text reaches Terraform unchanged: template characters are escaped,
 * and only references are evaluated.
 *
 * @throws ConfigurationError for text that Terraform or the framework would change
 */
export function asGiven(where: HasPath | undefined, attributes: Attributes): Record<string, unknown> {
  return record(where, '', attributes);
}

function record(where: HasPath | undefined, at: string, attributes: Attributes): Record<string, unknown> {
  const entries = Object.entries(attributes).map(([key, value]) => {
    const name = at === '' ? key : `${at}.${key}`;
    return [keyText(where, name, key), given(where, name, value)] as const;
  });
  return Object.fromEntries(entries);
}

function given(where: HasPath | undefined, at: string, value: unknown): unknown {
  if (typeof value === 'string') return text(where, at, value);
  if (Array.isArray(value)) return value.map((item: unknown) => given(where, at, item));
  return isRecord(value) ? record(where, at, value) : value;
}

function isRecord(value: unknown): value is Attributes {
  if (typeof value !== 'object' || value === null || Tokenization.isResolvable(value)) return false;
  return Object.getPrototypeOf(value) === Object.prototype;
}

function keyText(where: HasPath | undefined, at: string, key: string): string {
  if (key !== LOST_KEY) return text(where, at, key);
  throw new ConfigurationError(where, `\`${at}\` has a name that cannot be kept, ${quote(key)}; choose another name`);
}

function text(where: HasPath | undefined, at: string, value: string): string {
  const altered = alteredText(value);
  if (altered === undefined) return escapedText(value);
  throw new ConfigurationError(where, `\`${at}\` contains ${altered}, got ${quote(value)}; remove it`);
}
