import fc from 'fast-check';

const SURROGATES = { from: 0xd800, count: 0x800 };
const CODE_POINTS = 0x110000 - SURROGATES.count;

/**
 * Any character of Unicode, for `fc.string({ unit: anyCharacter })`. The unit `binary` stands for the same characters,
 * but lists all million of them before the first text, which takes longer than most tests.
 */
export const anyCharacter = fc.nat({ max: CODE_POINTS - 1 }).map(characterAt, indexOf);

function characterAt(index: number): string {
  return String.fromCodePoint(index < SURROGATES.from ? index : index + SURROGATES.count);
}

/** Lets fast-check find a given text, to mix it in and to make it smaller. */
function indexOf(character: unknown): number {
  const point = typeof character === 'string' ? (character.codePointAt(0) ?? -1) : -1;
  const isOne = point >= 0 && String.fromCodePoint(point) === character;
  if (!isOne || (point >= SURROGATES.from && point < SURROGATES.from + SURROGATES.count))
    throw new Error('no character');
  return point < SURROGATES.from ? point : point - SURROGATES.count;
}
