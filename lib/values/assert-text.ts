import { ConfigurationError, type HasPath } from './configuration-error';
import { quote } from './quote';

/**
 * Refuses a value that cannot be an argument, path or command on any host: not a string, an empty string, or one with a
 * NUL character or a lone surrogate.
 *
 * @param what the thing named in the error, for example `build context`
 */
export function assertText(where: HasPath | undefined, what: string, value: string): void {
  if (typeof value !== 'string' || value === '') {
    throw new ConfigurationError(where, `${what} must be text that is not empty, got ${quote(value)}`);
  }
  if (value.includes('\0')) {
    throw new ConfigurationError(where, `${what} must not contain a NUL character, got ${quote(value)}`);
  }
  if (/\p{Surrogate}/u.test(value)) {
    throw new ConfigurationError(where, `${what} must not contain half of a character, got ${quote(value)}`);
  }
}

/** Like `assertText`, and refuses line breaks: for paths and other values that are written on one line. */
export function assertLine(where: HasPath | undefined, what: string, value: string): void {
  assertText(where, what, value);
  if (/[\r\n]/.test(value)) {
    throw new ConfigurationError(where, `${what} must be a single line, got ${quote(value)}`);
  }
}
