import { ConfigurationError, quote } from '../../values';

/** A piece of a derived value: plain text, bytes, or the value of the secret with that name. */
export type ComposedPart = string | Buffer | { readonly secret: string; readonly encode?: 'none' | 'uri' };

/** Work factor of bcrypt. Each step doubles the time of a guess, and of every request that a proxy checks. */
const BCRYPT_COST = 10;
/** Longest value that fits into Linux's MAX_ARG_STRLEN with the variable's name. */
const VARIABLE_BYTES = 130_000;
/** Number of bytes that bcrypt uses. */
const BCRYPT_BYTES = 72;

/** Returns the parts put together, or undefined while one of them has no value. */
export function composeValue(
  parts: readonly ComposedPart[],
  read: (secret: string) => Buffer | undefined,
): Buffer | undefined {
  const pieces = parts.map((part) => {
    if (typeof part === 'string') return Buffer.from(part);
    if (Buffer.isBuffer(part)) return part;
    const value = read(part.secret);
    return value !== undefined && part.encode === 'uri' ? encodeForUri(part.secret, value) : value;
  });
  return pieces.every((piece) => piece !== undefined) ? Buffer.concat(pieces) : undefined;
}

/** Returns the bcrypt hash that a proxy's basic authentication compares a password with. */
export function bcryptHash(secret: string, value: Buffer): string {
  const password = bcryptPassword(secret, value);
  // Loaded here, because most programs never hash a password.
  const { hashSync } = require('bcryptjs') as typeof import('bcryptjs');
  return hashSync(password, BCRYPT_COST);
}

/** Returns the value, and refuses one that bcrypt would not hash completely. */
export function bcryptPassword(secret: string, value: Buffer): string {
  const password = assertOneLine(secret, value, 'hashed');
  if (value.length > BCRYPT_BYTES) {
    throw new ConfigurationError(
      undefined,
      `secret ${quote(secret)} has ${value.length} bytes, and bcrypt ignores all after ${BCRYPT_BYTES}; shorten it`,
    );
  }
  return password;
}

/** Refuses a value that the start wrapper could not export completely. */
export function assertVariable(secret: string, value: Buffer): void {
  if (value.includes(0)) {
    throw new ConfigurationError(
      undefined,
      `secret ${quote(secret)} has a NUL byte in it, so it cannot be exported as an environment variable; ` +
        'let the program read its file, or encode it first',
    );
  }
  if (value.length <= VARIABLE_BYTES) return;
  throw new ConfigurationError(
    undefined,
    `secret ${quote(secret)} has ${value.length} bytes, and Linux starts no program with a variable of more than ` +
      `${VARIABLE_BYTES}; let the program read its file`,
  );
}

function encodeForUri(secret: string, value: Buffer): Buffer {
  const text = encodeURIComponent(assertOneLine(secret, value, 'put into a URL'));
  return Buffer.from(text.replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`));
}

/**
 * Refuses values that a password field or a URL cannot hold. They are nearly always files with an unwanted line end.
 */
export function assertOneLine(secret: string, value: Buffer, use: string): string {
  const text = value.toString('utf8');
  const name = quote(secret);
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
