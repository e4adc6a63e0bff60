import { Token, Tokenization } from 'cdktf';

/** References to lists and maps. In a text, the framework either fails on them or replaces them with something else. */
const COLLECTION_REFERENCE = /[#&]\{TfToken\[/;
const COLLECTION_VALUES: readonly string[] = [Token.STRING_MAP_TOKEN_VALUE, Token.ANY_MAP_TOKEN_VALUE];
const TEXT_REFERENCE = /\$\{TfToken\[/g;
const NUMBER = /[-+.\d]+e[-+.\d]+/gi;

/**
 * Returns the part of a text that no argument, variable or file can hold, and undefined for a text that arrives
 * unchanged. A file may hold decomposed characters, which `alteredText` refuses.
 */
export function brokenText(text: string): string | undefined {
  if (text.includes('\0')) return 'a NUL byte';
  if (/\p{Surrogate}/u.test(text)) return 'half of a character (a lone surrogate)';
  return isForged(text) ? 'text that looks like a reference of cdktf, but refers to nothing' : undefined;
}

/** Like `brokenText`, but also returns the part that Terraform would replace: it normalizes texts to Unicode's NFC. */
export function alteredText(text: string): string | undefined {
  const broken = brokenText(text);
  if (broken !== undefined || text === text.normalize('NFC')) return broken;
  return 'decomposed Unicode, which Terraform would compose (write `text.normalize("NFC")`, or use a file)';
}

/** Returns true if the framework would look for a reference in the text and not find it. */
function isForged(text: string): boolean {
  if (COLLECTION_REFERENCE.test(text) || COLLECTION_VALUES.includes(text)) return true;
  try {
    numbersIn(text).forEach((number) => Tokenization.reverseNumber(number));
    return hasUnreadReference(text);
  } catch {
    return true;
  }
}

/**
 * Throws for an unknown reference. Returns true for the start of a reference that the framework does not read as one.
 */
function hasUnreadReference(text: string): boolean {
  const begun = text.match(TEXT_REFERENCE)?.length ?? 0;
  return begun > 0 && begun !== Tokenization.reverseString(text).tokens.length;
}

function numbersIn(text: string): readonly number[] {
  return (text.match(NUMBER) ?? []).map(Number.parseFloat).filter((number) => !Number.isNaN(number));
}
