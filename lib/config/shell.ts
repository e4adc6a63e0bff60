import { ConfigurationError, quote } from '../values';

/**
 * Returns one word of a POSIX shell command line, whatever it contains.
 *
 * @throws ConfigurationError for a NUL character, which no argument can hold
 */
export function shellQuote(word: string): string {
  if (word.includes('\0')) {
    throw new ConfigurationError(undefined, `a shell word must not contain a NUL character, got ${quote(word)}`);
  }
  // A bare word must not be taken for an assignment or a home directory, hence no "=" and "~".
  return /^[\w./:,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
