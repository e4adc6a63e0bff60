import { readFileSync } from 'node:fs';
import { ConfigurationError, quote } from '../../values';
import type { HasPath } from '../../values';

/**
 * Returns the text of a file that the program names.
 * @param what its content, for the error: 'the rule file'
 */
export function readText(where: HasPath, what: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new ConfigurationError(
      where,
      `${what} ${quote(path)} cannot be read; correct its path, which is relative to where the program is started`,
    );
  }
}
