import { ConfigurationError, quoted } from '../values';

/** A piece of a derived value: plain text, or the value of the secret with that name. */
export type ComposedPart = string | { readonly secret: string; readonly encode?: 'none' | 'uri' };

/** Work factor of bcrypt. Each step doubles the time of a guess, and of every request that a proxy checks. */
const BCRYPT_COST = 10;
/** bcrypt looks at no more than this. */
const BCRYPT_BYTES = 72;

/** The parts put together, or undefined while one of them has no value yet. */
export function composeValue(
  parts: readonly ComposedPart[],
  read: (secret: string) => Buffer | undefined,
): Buffer | undefined {
  const pieces = parts.map((part) => {
    if (typeof part === 'string') return Buffer.from(part);
    const value = read(part.secret);
    return value !== undefined && part.encode === 'uri' ? encodeForUri(part.secret, value) : value;
  });
  return pieces.every((piece) => piece !== undefined) ? Buffer.concat(pieces) : undefined;
}

/** The bcrypt hash that a proxy's basic authentication compares a password with. */
export function bcryptHash(secret: string, value: Buffer): string {
  const password = oneLine(secret, value, 'hashed');
  if (value.length > BCRYPT_BYTES) {
    throw new ConfigurationError(
      undefined,
      `secret ${quoted(secret)} has ${value.length} bytes, and bcrypt ignores all after ${BCRYPT_BYTES}; shorten it`,
    );
  }
  // Loaded here, because most programs never hash a password.
  const { hashSync } = require('bcryptjs') as typeof import('bcryptjs');
  return hashSync(password, BCRYPT_COST);
}

function encodeForUri(secret: string, value: Buffer): Buffer {
  const text = encodeURIComponent(oneLine(secret, value, 'put into a URL'));
  return Buffer.from(text.replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`));
}

/** Values that a password field or a URL cannot hold are nearly always files written with a line end too many. */
function oneLine(secret: string, value: Buffer, use: string): string {
  const text = value.toString('utf8');
  const name = quoted(secret);
  if (/[\r\n\0]/.test(text)) {
    throw new ConfigurationError(
      undefined,
      `secret ${name} has a line end or NUL byte in it, so it cannot be ${use}; write it without, as \`printf %s\` does`,
    );
  }
  if (!Buffer.from(text).equals(value)) {
    throw new ConfigurationError(
      undefined,
      `secret ${name} is not UTF-8 text, so it cannot be ${use}; encode it first`,
    );
  }
  return text;
}
