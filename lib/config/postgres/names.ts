import { ConfigurationError, quote } from '../../values';
import { sqlIdentifier } from '../sql';

/** Refuses text that is not on one line: a line break could end a comment, or the text that is passed to psql. */
export function oneLine(what: string, text: string): string {
  if (!/[\p{Cc}\p{Surrogate}]/u.test(text)) return text;
  throw new ConfigurationError(undefined, `${what} must not contain control characters, got ${quote(text)}`);
}

/** Returns a quote PostgreSQL name like `sqlIdentifier`, on one line. */
export function quotedName(name: string): string {
  return sqlIdentifier(oneLine('a database name', name));
}
