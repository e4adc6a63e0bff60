import { ConfigurationError, quote } from '../values';

/** Longest name. PostgreSQL cuts longer ones off, and two names that differ after the cut would be one. */
const LONGEST_NAME = 63;

/**
 * Returns a PostgreSQL name in quotes, whatever it contains.
 *
 * @throws ConfigurationError for an empty name, one over 63 bytes, and one with a NUL character
 */
export function sqlIdentifier(name: string): string {
  const bytes = Buffer.byteLength(name);
  if (bytes === 0 || bytes > LONGEST_NAME) {
    throw new ConfigurationError(undefined, `a SQL name must have 1 to ${LONGEST_NAME} bytes, got ${quote(name)}`);
  }
  refuseNul('a SQL name', name);
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * Returns a PostgreSQL text constant that means the same whether or not the server takes backslashes literally.
 *
 * @throws ConfigurationError for a NUL character, which no PostgreSQL text can hold
 */
export function sqlLiteral(text: string): string {
  refuseNul('a SQL text', text);
  const doubled = text.replaceAll("'", "''");
  return text.includes('\\') ? `E'${doubled.replaceAll('\\', '\\\\')}'` : `'${doubled}'`;
}

function refuseNul(what: string, text: string): void {
  if (!text.includes('\0')) return;
  throw new ConfigurationError(undefined, `${what} must not contain a NUL character, got ${quote(text)}`);
}
