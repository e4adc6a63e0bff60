import fc from 'fast-check';
import { ConfigurationError } from '../../lib/values';
import { anyCharacter } from '../support/any-character';

/** Text nobody hopes to get: any characters, NUL, line breaks, and pieces that programs and templates treat specially. */
export const hostileText = fc.oneof(
  fc.string({ unit: anyCharacter }),
  fc.string(),
  fc.constantFrom(
    '',
    ' ',
    '\0',
    'a\0b',
    'a\nb',
    'a\r\n',
    '\u2028',
    '\ud800',
    '${x}',
    '%',
    '../..',
    '-rf',
    '1e999',
    'NaN',
    '💥',
  ),
);

/** Numbers that are legal in the language and wrong nearly everywhere else. */
export const hostileNumber = fc.oneof(
  fc.double(),
  fc.constantFrom(NaN, Infinity, -Infinity, -0, -1, 0.5, 1e308, 5e-324, Number.MAX_SAFE_INTEGER + 1),
);

/** Runs it; the only error that may come out is ours. Returns whether it was accepted. */
export function acceptsOrRefuses(run: () => unknown): boolean {
  try {
    run();
    return true;
  } catch (error) {
    if (!ConfigurationError.isConfigurationError(error)) throw error;
    expect(error.message.length).toBeLessThan(1000);
    return false;
  }
}
