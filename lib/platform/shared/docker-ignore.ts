import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import dockerignore from '@balena/dockerignore';
import { ConfigurationError, quote } from '../../values';

/** Files of a build context that never reach the build. Paths are relative to the context, with `/`. */
export interface IgnoreRules {
  ignores(file: string): boolean;
  /** Returns true if nothing below the directory can be part of the context, so that it need not be read. */
  skips(directory: string): boolean;
}

const EVERYTHING_COUNTS: IgnoreRules = { ignores: () => false, skips: () => false };

/**
 * Returns the rules of `<Dockerfile>.dockerignore`, or else of the context's `.dockerignore`, or else none. The builder
 * uses the same order.
 */
export function readIgnoreRules(context: string, dockerfile?: string): IgnoreRules {
  const own = dockerfile === undefined ? [] : [`${dockerfile}.dockerignore`];
  const file = [...own, join(context, '.dockerignore')].find((at) => existsSync(at));
  return file === undefined ? EVERYTHING_COUNTS : parseIgnoreRules(readFileSync(file, 'utf8'), file);
}

/**
 * Returns the rules of a text.
 * @param file - source of the text, for the error message
 */
export function parseIgnoreRules(text: string, file: string): IgnoreRules {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map(literally);
  // Docker is case-sensitive on every system; the library only when asked.
  const matcher = dockerignore({ ignorecase: false }).add(lines);
  const ignores = (at: string) => matcher.ignores(at);
  try {
    ignores('compiles-every-pattern');
  } catch {
    throw new ConfigurationError(
      undefined,
      `${quote(file)} has a pattern that cannot be read; look for an unclosed "[" or a range such as [z-a]`,
    );
  }
  const exceptions = lines.filter((line) => line.startsWith('!')).map(literalStart);
  return { ignores, skips: (directory) => ignores(directory) && !exceptions.some((at) => meet(at, `${directory}/`)) };
}

/** Escapes characters that have no special meaning to Docker; the library would read them as a regular expression. */
function literally(line: string): string {
  if (line.startsWith('#')) return '';
  return line.trim().replace(/\\.|\[[^\]]*\]|[+(){}|]/g, (at) => (at.length > 1 ? at : `[${at}]`));
}

/**
 * Returns the part of an exception before its first wildcard: only below it can the exception include something again.
 */
function literalStart(line: string): string {
  const pattern = posix.normalize(line.slice(1).trim()).replace(/^\//, '');
  return pattern.replace(/[*?[\\].*$/, '');
}

function meet(start: string, directory: string): boolean {
  return directory.startsWith(start) || `${start}/`.startsWith(directory);
}
