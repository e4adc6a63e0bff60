import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { shellQuote, sqlIdentifier, sqlLiteral } from '../../lib/config';
import { describeWith, requireProgram } from '../support/programs';

const NASTY = [
  `'`,
  `"`,
  '\\',
  '$',
  '`',
  '\n',
  ' ',
  '!',
  '*',
  '~',
  '#',
  ';',
  '&',
  '|',
  '$(id)',
  '${HOME}',
  '%s',
  '=',
  'é',
  '🦆',
  '-',
];

/** Text of characters that mean something to some parser, mixed with any others, without NUL. */
const nastyText = fc
  .array(fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'grapheme', maxLength: 3 })), { maxLength: 8 })
  .map((parts) => parts.join('').replaceAll('\0', ''));

describe('shellQuote', () => {
  test.each([
    ['simple', 'simple'],
    ['/run/secrets/db.txt', '/run/secrets/db.txt'],
    ['', "''"],
    ['two words', "'two words'"],
    ["it's", String.raw`'it'\''s'`],
    ['A=1', "'A=1'"],
    ['~', "'~'"],
    ['$HOME', "'$HOME'"],
  ])('writes %j as %s', (word, expected) => {
    expect(shellQuote(word)).toBe(expected);
  });

  test('refuses a NUL character, which no argument can hold', () => {
    expect(() => shellQuote('a\0b')).toThrow(String.raw`a shell word must not contain a NUL character, got "a\u0000b"`);
  });

  test('a real shell reads every word back as it was', () => {
    fc.assert(
      fc.property(fc.array(nastyText, { minLength: 150, maxLength: 150 }), (args) => {
        const { stdout } = spawnSync('sh', ['-c', `printf '%s\\0' ${args.map(shellQuote).join(' ')}`], {
          encoding: 'utf8',
        });
        expect(stdout.split('\0').slice(0, -1)).toEqual(args);
      }),
      { numRuns: 4 },
    );
  });

  describeWith('shellcheck', 'shellcheck', () => {
    test('finds nothing to say about quote words', () => {
      const script = `#!/bin/sh\necho ${['a b', `'`, 'x', '', 'A=1', '*'].map(shellQuote).join(' ')}\n`;
      const { stdout } = spawnSync(requireProgram('shellcheck'), ['-'], { input: script, encoding: 'utf8' });
      expect(stdout).toBe('');
    });
  });
});

describe('sqlIdentifier', () => {
  test.each([
    ['app', '"app"'],
    ['Mixed Case', '"Mixed Case"'],
    ['x" SUPERUSER; --', '"x"" SUPERUSER; --"'],
  ])('writes %j as %s', (name, expected) => {
    expect(sqlIdentifier(name)).toBe(expected);
  });

  test('counts bytes, because PostgreSQL does', () => {
    expect(sqlIdentifier('é'.repeat(31))).toBe(`"${'é'.repeat(31)}"`);
    expect(() => sqlIdentifier('é'.repeat(32))).toThrow('a SQL name must have 1 to 63 bytes');
    expect(() => sqlIdentifier('')).toThrow('a SQL name must have 1 to 63 bytes, got ""');
    expect(() => sqlIdentifier('a\0')).toThrow('a SQL name must not contain a NUL character');
  });

  test('a parser reads every name back as it was', () => {
    fc.assert(
      fc.property(
        nastyText.filter((name) => name !== '' && Buffer.byteLength(name) <= 63),
        (name) => {
          expect(readSql(sqlIdentifier(name))).toEqual({ kind: 'identifier', text: name });
        },
      ),
    );
  });
});

describe('sqlLiteral', () => {
  test.each([
    ['plain', "'plain'"],
    ["it's", "'it''s'"],
    [String.raw`C:\temp`, String.raw`E'C:\\temp'`],
    [String.raw`\'`, String.raw`E'\\'''`],
  ])('writes %j as %s', (text, expected) => {
    expect(sqlLiteral(text)).toBe(expected);
  });

  test('refuses a NUL character, which no PostgreSQL text can hold', () => {
    expect(() => sqlLiteral('\0')).toThrow('a SQL text must not contain a NUL character');
  });

  test('a parser reads every text back as it was, with backslashes literal or not', () => {
    fc.assert(
      fc.property(nastyText, fc.boolean(), (text, standardConforming) => {
        expect(readSql(sqlLiteral(text), standardConforming)).toEqual({ kind: 'text', text });
      }),
    );
  });
});

/** Reads one SQL token as the server's lexer does, and refuses anything behind it. */
function readSql(sql: string, standardConforming = true): { kind: string; text: string } {
  const escapes = sql.startsWith('E');
  const quote = sql[escapes ? 1 : 0] ?? '';
  const unescape = quote === "'" && (escapes || !standardConforming);
  let text = '';
  let at = escapes ? 2 : 1;
  for (; ; at += 1) {
    const character = sql[at];
    if (character === undefined) throw new Error(`the token never ends: ${sql}`);
    if (unescape && character === '\\') text += sql[++at];
    else if (character !== quote) text += character;
    else if (sql[at + 1] === quote) text += sql[++at];
    else break;
  }
  expect(sql.slice(at + 1)).toBe('');
  return { kind: quote === '"' ? 'identifier' : 'text', text };
}
