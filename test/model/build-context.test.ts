import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as fc from 'fast-check';
import { hashBuildContext } from '../../lib/platform/shared/build-context';
import { parseIgnoreRules } from '../../lib/platform/shared/docker-ignore';
import { ConfigurationError } from '../../lib/values';
import { anyCharacter } from '../support/any-character';

type Tree = Readonly<Record<string, string>>;

let root: string;
let count = 0;

beforeAll(() => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'build-context-')));
});

afterAll(() => fs.rmSync(root, { recursive: true }));

function plant(tree: Tree): string {
  const directory = path.join(root, `context-${count++}`);
  fs.mkdirSync(directory);
  for (const [file, content] of Object.entries(tree)) {
    fs.mkdirSync(path.dirname(path.join(directory, file)), { recursive: true });
    fs.writeFileSync(path.join(directory, file), content);
  }
  return directory;
}

const hashOf = (tree: Tree) => hashBuildContext(plant({ Dockerfile: 'FROM scratch\n', ...tree }));

function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (ConfigurationError.isConfigurationError(error)) return error.message;
    throw error;
  }
  return 'nothing was thrown';
}

describe('hashBuildContext', () => {
  test('is 64 hex digits that stay the same over releases of this library', () => {
    expect(hashOf({ 'src/app.py': 'print("hello")\n', 'requirements.txt': '' })).toBe(
      '06edba512dafe06637615147dc8306e10b37a6be536fe13561b6ce66e9ccc303',
    );
  });

  test('is the same wherever, whenever, under which umask and in which order the files were written', () => {
    const tree = { Dockerfile: 'FROM scratch', b: '1', a: '2', 'ä/B': '3', 'ä/a': '4' };
    const first = plant(tree);
    const umask = process.umask(0o077);
    const second = plant(Object.fromEntries(Object.entries(tree).reverse()));
    process.umask(umask);
    fs.utimesSync(path.join(second, 'a'), 1, 1);
    fs.chmodSync(path.join(second, 'b'), 0o666);
    expect(hashBuildContext(second)).toBe(hashBuildContext(first));
    expect(hashBuildContext(path.relative(process.cwd(), first))).toBe(hashBuildContext(first));
  });

  test('keeps line ends apart', () => {
    expect(hashOf({ a: 'x\r\n' })).not.toBe(hashOf({ a: 'x\n' }));
  });

  test('counts the executable bit of the owner and no other bit', () => {
    const directory = plant({ Dockerfile: 'FROM scratch', 'run.sh': 'true' });
    const plain = hashBuildContext(directory);
    fs.chmodSync(path.join(directory, 'run.sh'), 0o744);
    const executable = hashBuildContext(directory);
    fs.chmodSync(path.join(directory, 'run.sh'), 0o755);
    expect(executable).not.toBe(plain);
    expect(hashBuildContext(directory)).toBe(executable);
  });

  test('leaves empty directories out, as git does', () => {
    const directory = plant({ Dockerfile: 'FROM scratch' });
    const before = hashBuildContext(directory);
    fs.mkdirSync(path.join(directory, 'empty/deeper'), { recursive: true });
    expect(hashBuildContext(directory)).toBe(before);
  });

  test('counts a symbolic link by its target text and never follows it', () => {
    const outside = path.join(plant({ secret: 'one' }), 'secret');
    const directory = plant({ Dockerfile: 'FROM scratch' });
    const link = path.join(directory, 'link');
    fs.symlinkSync(outside, link);
    const first = hashBuildContext(directory);
    fs.writeFileSync(outside, 'two');
    expect(hashBuildContext(directory)).toBe(first);
    fs.rmSync(link);
    fs.symlinkSync('nowhere', link);
    expect(hashBuildContext(directory)).not.toBe(first);
    fs.rmSync(link);
    fs.writeFileSync(link, 'nowhere');
    const asFile = hashBuildContext(directory);
    fs.rmSync(link);
    fs.symlinkSync('.', link);
    expect(new Set([first, asFile, hashBuildContext(directory)]).size).toBe(3);
  });

  test('reads files larger than its buffer to the end', () => {
    const long = 'x'.repeat(700 * 1024);
    expect(hashOf({ big: `${long}a` })).not.toBe(hashOf({ big: `${long}b` }));
  });

  test('counts what else the image depends on, whatever the order of its keys', () => {
    const directory = plant({ Dockerfile: 'FROM scratch' });
    const plain = hashBuildContext(directory);
    const prod = hashBuildContext(directory, { extra: { target: 'prod', args: { a: '1', b: '2' } } });
    expect(hashBuildContext(directory, { extra: { args: { b: '2', a: '1' }, target: 'prod' } })).toBe(prod);
    expect(hashBuildContext(directory, { extra: { args: { a: '2', b: '2' }, target: 'prod' } })).not.toBe(prod);
    expect(prod).not.toBe(plain);
  });

  test('counts the Dockerfile that is used, even an ignored one or one outside the context', () => {
    const ignored = (text: string) => hashBuildContext(plant({ Dockerfile: text, '.dockerignore': '*' }));
    expect(ignored('FROM a')).not.toBe(ignored('FROM b'));
    const directory = plant({ 'app/main.py': '', 'Dockerfile.api': 'FROM a' });
    const inner = path.join(directory, 'app');
    const before = hashBuildContext(inner, { dockerfile: '../Dockerfile.api' });
    fs.writeFileSync(path.join(directory, 'Dockerfile.api'), 'FROM b');
    expect(hashBuildContext(inner, { dockerfile: '../Dockerfile.api' })).not.toBe(before);
  });

  test('prefers the ignore file of the Dockerfile to that of the context', () => {
    const tree = { 'api.Dockerfile': 'FROM a', '.dockerignore': 'other', 'api.Dockerfile.dockerignore': 'data' };
    const directory = plant({ ...tree, data: '1', other: '1' });
    const before = hashBuildContext(directory, { dockerfile: 'api.Dockerfile' });
    fs.writeFileSync(path.join(directory, 'data'), '2');
    expect(hashBuildContext(directory, { dockerfile: 'api.Dockerfile' })).toBe(before);
    fs.writeFileSync(path.join(directory, 'other'), '2');
    expect(hashBuildContext(directory, { dockerfile: 'api.Dockerfile' })).not.toBe(before);
  });

  test('does not even read an ignored directory unless an exception points into it', () => {
    const directory = plant({ Dockerfile: '', '.dockerignore': 'cache\n', 'cache/a': '' });
    // Node lists this name as text that leads nowhere, so whoever reads the directory fails.
    fs.mkdirSync(Buffer.concat([Buffer.from(`${directory}/cache/`), Buffer.from([0xff])]));
    expect(hashBuildContext(directory)).toMatch(/^[0-9a-f]{64}$/);
    fs.writeFileSync(path.join(directory, '.dockerignore'), 'cache\n!cache/*.md\n');
    expect(messageOf(() => hashBuildContext(directory))).toBe(
      `cannot read "${directory}/cache/\uFFFD" of the build context (ENOENT); make it readable, or leave it out with a line in .dockerignore`,
    );
  });

  test('names a missing directory, a missing Dockerfile and what to do', () => {
    expect(messageOf(() => hashBuildContext(path.join(root, 'nowhere')))).toBe(
      `build context "${root}/nowhere" is not a directory; name the folder that the image is built from`,
    );
    const directory = plant({ 'a.txt': '' });
    expect(messageOf(() => hashBuildContext(directory))).toBe(
      `there is no Dockerfile at "${directory}/Dockerfile"; add it, or give its path relative to the context as \`dockerfile\``,
    );
  });

  test('says which ignore file has a bad pattern', () => {
    const directory = plant({ Dockerfile: '', '.dockerignore': 'ok\n[z-a]\n' });
    expect(messageOf(() => hashBuildContext(directory))).toBe(
      `"${directory}/.dockerignore" has a pattern that cannot be read; look for an unclosed "[" or a range such as [z-a]`,
    );
  });
});

describe('ignore rules', () => {
  const rules = (...lines: string[]) => parseIgnoreRules(lines.join('\n'), '.dockerignore');

  test.each([
    ['upper and lower case differ', ['Secret'], 'secret', false],
    ['a directory takes all below it along', ['node_modules'], 'node_modules/a/b.js', true],
    ['a pattern is anchored at the context', ['b.js'], 'a/b.js', false],
    ['** stands for any depth', ['**/*.pyc'], 'a/b/c.pyc', true],
    ['** stands for no depth too', ['**/*.pyc'], 'c.pyc', true],
    ['a later exception wins', ['*.md', '!README.md'], 'README.md', false],
    ['a rule after the exception wins again', ['*.md', '!README.md', 'README*'], 'README.md', true],
    ['spaces around an exception do not count', ['*', '  !keep '], 'keep', false],
    ['a byte order mark does not count', ['\uFEFFkeep'], 'keep', true],
    ['Windows line ends do not count', ['a\r', 'b\r'], 'b', true],
    ['a comment is no rule', ['# *', '#*'], '#a', false],
    ['signs of regular expressions mean themselves', ['c++ (old)/{a|b}.txt'], 'c++ (old)/{a|b}.txt', true],
    ['a class of characters matches', ['log[0-9]'], 'log7', true],
    ['an escaped star is a star', ['a\\*'], 'ab', false],
    ['a leading slash means the context', ['/build'], 'build/x', true],
  ])('%s', (_, lines, file, ignored) => {
    expect(rules(...lines).ignores(file)).toBe(ignored);
  });

  test('a directory is skipped unless an exception could bring something in it back', () => {
    expect(rules('*', '!src').skips('node_modules')).toBe(true);
    expect(rules('*', '!src/app').skips('src')).toBe(false);
    expect(rules('*', '!src').skips('src')).toBe(false);
    expect(rules('*', '!/src/app').skips('src')).toBe(false);
    expect(rules('*', '!s*/app').skips('src')).toBe(false);
    expect(rules('*', '!**/*.md').skips('docs')).toBe(false);
    expect(rules('docs').skips('src')).toBe(false);
  });

  test('any text is understood or refused with a ConfigurationError', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), fc.string({ minLength: 1 }), (text, file) => {
        const message = messageOf(() => parseIgnoreRules(text, 'x').ignores(file));
        expect(message).toMatch(/^nothing was thrown$|^"x" has a pattern that cannot be read/);
      }),
    );
  });
});

describe('properties of the hash', () => {
  const name = fc.stringMatching(/^[a-z]{1,3}$/).map((text) => `f-${text}`);
  const file = fc.tuple(fc.subarray(['d1', 'd2']), name).map((parts) => parts.flat().join('/'));
  const tree = fc.dictionary(file, fc.string({ maxLength: 4 }), { minKeys: 1, maxKeys: 5 });
  const planted = tree.filter((files) => Object.keys(files).every((at) => !at.startsWith('f-x/')));
  const runs = { numRuns: 40 };

  test('trees have the same hash exactly when they are equal', () => {
    fc.assert(
      fc.property(planted, planted, (a, b) => {
        const sorted = (files: Tree) => JSON.stringify(Object.entries(files).sort());
        expect(hashOf(a) === hashOf(b)).toBe(sorted(a) === sorted(b));
        expect(hashOf(a)).toBe(hashOf(a));
      }),
      runs,
    );
  });

  test('renaming, moving and shifting a boundary between two files change it', () => {
    fc.assert(
      fc.property(planted, fc.string({ minLength: 1, maxLength: 4 }), (files, text) => {
        const cut = Math.floor(text.length / 2);
        const variants = [
          { ...files, 'f-x': text, 'f-y': '' },
          { ...files, 'f-x': '', 'f-y': text },
          { ...files, 'd1/f-x': text, 'f-y': '' },
          { ...files, 'f-x': `${text}f-y`, 'f-z': '' },
          ...(cut > 0 ? [{ ...files, 'f-x': text.slice(0, cut), 'f-y': text.slice(cut) }] : []),
        ];
        expect(new Set(variants.map(hashOf)).size).toBe(variants.length);
      }),
      runs,
    );
  });

  test('ignored files never change it', () => {
    fc.assert(
      fc.property(planted, planted, (files, ignored) => {
        const below = Object.fromEntries(Object.entries(ignored).map(([at, text]) => [`cache/${at}`, text]));
        const rules = { '.dockerignore': 'cache\n' };
        expect(hashOf({ ...files, ...rules, ...below })).toBe(hashOf({ ...files, ...rules }));
      }),
      runs,
    );
  });
});
