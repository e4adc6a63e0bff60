import { assertLine, ConfigurationError, quote } from '../../values';
import type { HasPath } from '../../values';
import { alteredText } from './invalid-characters';

/**
 * Refuses a path that is not below "/" in a container. Each place has one spelling, so that two mounts at the same
 * place are noticed. ":" and "," are refused, because they separate the parts of mount options.
 */
export function assertContainerPath(where: HasPath, what: string, path: string): void {
  assertPlainLine(where, what, path);
  const parts = path.split('/').slice(1);
  const plain = parts.length > 0 && parts.every((part) => part !== '' && part !== '.' && part !== '..');
  if (path.startsWith('/') && plain && !/[:,]/.test(path)) return;
  throw new ConfigurationError(
    where,
    `${what} must be an absolute path below "/", without "//", "..", ":", "," and a "/" at its end, got ${quote(path)}`,
  );
}

/** Refuses a directory of the host that a mount cannot name: no characters that separate or quote its parts. */
export function assertHostPath(where: HasPath, path: string): void {
  assertPlainLine(where, 'directory of the host', path);
  if (!path.startsWith('/')) {
    throw new ConfigurationError(
      where,
      `directory of the host must be an absolute path, without "~", got ${quote(path)}; write it out, or ` +
        '`path.resolve(__dirname, …)` for one of this project',
    );
  }
  if (!/[:,"$%]/.test(path)) return;
  throw new ConfigurationError(
    where,
    `directory of the host must not contain ":", ",", "$", "%" and quotes, got ${quote(path)}; rename or link it`,
  );
}

/** Refuses a value that is not one line of text, or that would arrive changed. */
export function assertPlainLine(where: HasPath, what: string, value: string): void {
  assertLine(where, what, value);
  const altered = alteredText(value);
  if (altered !== undefined) throw new ConfigurationError(where, `${what} contains ${altered}, got ${quote(value)}`);
}

/** Refuses a path that cannot be a word of a command line without quotes. */
export function assertPlainPath(where: HasPath, path: string): void {
  if (/^[A-Za-z0-9._/-]+$/.test(path)) return;
  throw new ConfigurationError(
    where,
    `path of a configuration must be letters, digits and "._/-", got ${quote(path)}; choose another one`,
  );
}
