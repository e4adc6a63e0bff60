// Slow: synthesizes a stack for each hostile text.

import fc from 'fast-check';
import { ConfigurationError } from '../../lib';
import { SAID } from '../support/said-texts';
import type { SaidTexts } from '../support/said-texts';
import { synth } from '../support/stacks';

// Slow machines run these for a while; nothing here is a measurement.
jest.setTimeout(300_000);

const EVALUATED = '${file("/etc/passwd")}';

/** Of the other texts, so many are tried in each place; together the places see all of them. */
const EACH = Number(process.env.HOSTILE_TEXTS ?? 2);

/** Texts that mean something to Terraform, to the framework or to JavaScript, or that one of them changes. */
const HOSTILE = [
  '%{if true}',
  '$${file("/etc/passwd")}',
  '\\${file(1)}\\',
  '"${file("/etc/passwd")}"',
  'a\nb',
  '\ud800',
  'e\u0301',
  '${TfToken[TOKEN.987654321]}',
  '${TfToken[',
  '#{TfToken[TOKEN.987654321]}',
  '&{TfToken[TOKEN.987654321]}',
  '-1.8881545897087505e+289',
  'String Map Token Value',
  'constructor',
  '__proto__',
  'toString',
];

type Path = readonly (string | number)[];

/** Places of all texts in what was said, and of all names that are the user's own. */
function placesOf(value: unknown, at: Path = []): readonly Path[] {
  if (typeof value === 'string') return [at];
  if (Array.isArray(value)) return value.flatMap((item, index) => placesOf(item, [...at, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => placesOf(item, [...at, key]));
}

const OWN_NAMES = ['environment', 'labels', 'settings', 'args', 'baseImages', 'options', 'expose', 'replicas'];
const MORE_OWN_NAMES = ['imageMirrors', 'securityHeaders', 'requestHeaders', 'responseHeaders', 'export'];

function withText(value: unknown, [first, ...rest]: Path, text: (before: string) => string): unknown {
  if (first === undefined) return text(String(value));
  if (Array.isArray(value)) return value.map((item, index) => (index === first ? withText(item, rest, text) : item));
  const entries = Object.entries(value as object).map(([key, item]) => [
    key,
    key === first ? withText(item, rest, text) : item,
  ]);
  return Object.fromEntries(entries);
}

/** The record with its only name replaced. */
function withName(value: unknown, at: Path, name: string): unknown {
  const [first, ...rest] = at;
  if (first === undefined) {
    const [content] = Object.values(value as object);
    return Object.fromEntries([[name, content as unknown]]);
  }
  const entries = Object.entries(value as object).map(([key, item]) => [
    key,
    key === first ? withName(item, rest, name) : item,
  ]);
  return Object.fromEntries(entries);
}

function recordsOf(value: unknown, at: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const isOwn = [...OWN_NAMES, ...MORE_OWN_NAMES].includes(key) && Object.keys(item as object).length === 1;
    return isOwn ? [[...at, key]] : recordsOf(item, [...at, key]);
  });
}

/** All texts of a document, names included. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [key, ...textsOf(item)]);
}

/** What Terraform would evaluate in a text: what stands after a sign that is not doubled. */
function evaluated(text: string): readonly string[] {
  const plain = text.replace(/\$\$\{|%%\{/g, '');
  // Words of a start wrapper are literals in a list; one in which something is evaluated stays.
  const shown = plain.startsWith('${concat(') ? plain.replace(/"(?:[^"\\$%]|\\.|[$%](?!\{))*"/g, '""') : plain;
  return [...shown.matchAll(/[$%]\{[^}]*/g)].map(([found]) => found);
}

const OURS =
  /^\$\{(?:abspath\("|path\.root|self\.|join\("|fileexists\("|substr\(|var\.|docker_|terraform_data\.|sha256|concat\(\[(?:"")?(?:, "")*\], \(docker_)/;

/** The stack becomes a document in which nothing of the text is evaluated or changed, or is refused. */
function judge({ build }: SaidTexts, said: Record<string, unknown>): 'accepted' | 'refused' {
  try {
    const { resource, provider, variable } = synth(build(said));
    for (const text of textsOf({ resource, provider, variable })) {
      expect(evaluated(text).filter((found) => !OURS.test(found) || found.includes('/etc/passwd'))).toEqual([]);
      expect(text).toBe(text.normalize('NFC'));
      expect(text).not.toMatch(/\p{Surrogate}/u);
    }
    return 'accepted';
  } catch (error) {
    if (!ConfigurationError.isConfigurationError(error)) throw error;
    return 'refused';
  }
}

describe.each(Object.entries(SAID))('texts in the options of: %s', (_name, texts) => {
  const places = placesOf(texts.said);

  test('as they are, they are accepted', () => {
    expect(judge(texts, texts.said)).toBe('accepted');
  });

  test.each(places.map((at) => [at.join('.'), at] as const))(
    '%s reaches Terraform unchanged, or is refused',
    (_at, at) => {
      const before = places.findIndex((place) => place === at) * EACH;
      const others = Array.from({ length: EACH }, (_, index) => HOSTILE[(before + index) % HOSTILE.length] ?? '');
      for (const hostile of [EVALUATED, ...others]) {
        judge(texts, withText(texts.said, at, (text) => `${text}${hostile}`) as Record<string, unknown>);
      }
      judge(texts, withText(texts.said, at, () => others[0] ?? '') as Record<string, unknown>);
    },
  );

  test("names that are the user's own reach Terraform unchanged, or are refused", () => {
    for (const at of recordsOf(texts.said)) {
      for (const hostile of [EVALUATED, '__proto__', 'constructor'])
        judge(texts, withName(texts.said, at, hostile) as Record<string, unknown>);
    }
  });

  test('any two of them at once are unchanged, or refused', () => {
    const place = fc.constantFrom(...places);
    const piece = fc.array(fc.constantFrom(...HOSTILE, 'a', '/', '{', '$', '%'), { maxLength: 3 });
    fc.assert(
      fc.property(place, place, piece, (one, other, pieces) => {
        const first = withText(texts.said, one, (before) => `${before}${pieces.join('')}`);
        judge(texts, withText(first, other, (before) => `${pieces.join('')}${before}`) as Record<string, unknown>);
      }),
      { numRuns: 10 },
    );
  });
});
