import { randomInt } from 'node:crypto';
import { ConfigurationError, quote } from '../../values';

/** Letters and digits that survive URLs, shells and being read aloud: without 0 O 1 l I. */
const DEFAULT_ALPHABET = 'abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const MINIMUM_BITS = 64;
const MAXIMUM_LENGTH = 4096;

export interface SecretTextOptions {
  /**
   * Number of characters, at most 4096.
   * @default 32
   */
  readonly length?: number;
  /**
   * Characters to choose from, each once.
   * @default - letters and digits without look-alikes; 32 of them hold 186 bits
   */
  readonly alphabet?: string;
}

/**
 * Returns a random text in which every character is equally likely.
 * @throws ConfigurationError when the options leave fewer than 64 bits to guess
 */
export function randomSecretText(options: SecretTextOptions = {}): string {
  const { length = 32, alphabet = DEFAULT_ALPHABET } = options;
  const characters = [...alphabet];
  assertStrong(length, characters);
  return Array.from({ length }, () => characters[randomInt(characters.length)]).join('');
}

function assertStrong(length: number, characters: readonly string[]): void {
  const fail = (problem: string, advice: string) => {
    throw new ConfigurationError(undefined, `a generated secret of ${problem}; ${advice}`);
  };
  if (!Number.isInteger(length) || length < 1 || length > MAXIMUM_LENGTH) {
    fail(`length ${quote(length)} cannot be made`, `give a whole number up to ${MAXIMUM_LENGTH}`);
  }
  if (new Set(characters).size !== characters.length) {
    fail(`alphabet ${quote(characters.join(''))} is lopsided`, 'name each character once');
  }
  const bits = Math.floor(length * Math.log2(characters.length));
  if (!(bits >= MINIMUM_BITS)) {
    fail(`${length} out of ${characters.length} characters has ${bits} bits`, `it needs at least ${MINIMUM_BITS}`);
  }
}
