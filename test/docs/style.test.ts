import { readdirSync } from 'node:fs';
import * as path from 'node:path';
import { commentsOf, scriptComments, sentences, wordCount } from '../support/comments';
import type { Comment } from '../support/comments';
import { publicNames } from '../support/public-docs';
import type { PublicName } from '../support/public-docs';
import { ROOT } from '../support/stacks';

const files = ['bin', 'lib', 'programs', 'stacks'].flatMap((folder) =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
    path.posix.join(folder, name.replaceAll(path.sep, '/')),
  ),
);
const withEnd = (end: RegExp): readonly string[] => files.filter((file) => end.test(file));
const comments = withEnd(/\.ts$/).flatMap(commentsOf);
const docs = comments.filter(({ doc }) => doc);
/** Comments of the programs that the library delivers. */
const delivered = [...withEnd(/age\.cjs$/).flatMap(commentsOf), ...withEnd(/\.(?:py|sh)$/).flatMap(scriptComments)];

/** First words that begin a riddle instead of a noun or a verb. */
const RIDDLE = /^(?:what|who|whose|whom|of|from when|(?:in|by|at|to|on|for|with|under) (?:which|what|whom)|than)\b/i;
/** First words of a fragment. Some are needed: "In the unit of …", "For `depends_on`". */
const FRAGMENT =
  /^(?:what|who|whom?|whose|of|from|in|by|at|to|on|with|without|under|until|as|where|whether|when|which|why|than|how)\b/i;

/** Words of the list in docs/style.md. */
const WORDS: readonly RegExp[] = [
  /\b(?:nobody|somebody|anybody|everybody|whoever|whomever|whichever|whom|twins?|lest)\b/i,
  /\bof (?:before|then|one's own)\b/i,
  /\b(?:is|are|was|were|be|been) told\b|\btold (?:of|that|by)\b|\btells? of\b/i,
  /(?<!\bthere )\b(?:is|are|was|were) no\b(?! longer| more)/i,
  /\b(?:has|have|had) to\b|\b(?:is|are|was|were) to (?!blame)/i,
  /\b(?:be it|in silence|limit of time|anew|is had|are had|be had)\b/i,
];

const at = ({ file, line, text }: Comment): string => `${file}:${line} ${text.replace(/\s+/g, ' ')}`;
const beginning = (first: RegExp): readonly string[] => docs.filter(({ text }) => first.test(text)).map(at);
const LONGEST = 40;

/** Returns the undocumented names when they are more than one in twenty, and otherwise none. */
function tooMany(names: readonly PublicName[]): readonly string[] {
  const missing = names.filter(({ isDocumented }) => !isDocumented);
  return missing.length * 20 > names.length ? missing.map(({ place, name }) => `${place} ${name}`) : [];
}

describe('a doc comment', () => {
  test('is found in the files of lib, bin and stacks', () => {
    expect(docs.some(({ file, text }) => file === 'lib/values/cpus.ts' && text.startsWith('Processor time'))).toBe(
      true,
    );
    expect(docs.length).toBeGreaterThan(1000);
  });

  test('never begins with What, Who, Whose, Of, From when or In which', () => {
    expect(beginning(RIDDLE)).toEqual([]);
  });

  test('begins with a noun or a verb, except for three in a hundred', () => {
    const found = beginning(FRAGMENT);
    expect(found.length * 100 > docs.length * 3 ? found : []).toEqual([]);
  });

  test('has sentences of at most 40 words, and half of them have at most 16', () => {
    const all = docs.flatMap((doc) => sentences(doc.text).map((text) => ({ ...doc, text })));
    expect(all.filter(({ text }) => wordCount(text) > LONGEST).map(at)).toEqual([]);
    const short = all.filter(({ text }) => wordCount(text) <= 16);
    expect(short.length / all.length).toBeGreaterThan(0.5);
  });
});

test('a comment has none of the words of the list, those of the gate and of the backup program included', () => {
  expect(delivered.some(({ file, text }) => file.endsWith('/dumps.py') && text.startsWith('Dumps: taken'))).toBe(true);
  const found = [...comments, ...delivered].flatMap((comment) =>
    WORDS.flatMap((word) => {
      const match = word.exec(comment.text);
      return match === null ? [] : [`"${match[0]}" in ${at(comment)}`];
    }),
  );
  expect(found).toEqual([]);
});

describe('of the public API, 95 in a hundred have a doc comment:', () => {
  const names = publicNames('lib/index.ts');

  test('types, functions and constants', () => {
    expect(names.find(({ name }) => name === 'ReverseProxy')?.isDocumented).toBe(true);
    expect(tooMany(names.filter(({ isType }) => isType))).toEqual([]);
  });

  test('members, without those that a documented interface describes', () => {
    expect(names.find(({ name }) => name === 'IRoutable.toBackend')?.isDocumented).toBe(true);
    expect(tooMany(names.filter(({ isType }) => !isType))).toEqual([]);
  });
});
