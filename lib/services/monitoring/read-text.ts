import { readFileSync } from 'node:fs';
import { ConfigurationError, quoted } from '../../values';
import type { Located } from '../../values';

/**
 * Returns the text of a file that the program names.
 * @param what its content, for the error: 'the rule file'
 */
export function readText(where: Located, what: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new ConfigurationError(
      where,
      `${what} ${quoted(path)} cannot be read; correct its path, which is relative to where the program is started`,
    );
  }
}
