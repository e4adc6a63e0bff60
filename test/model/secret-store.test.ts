import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { compareSync } from 'bcryptjs';
import * as fc from 'fast-check';
import { composeValue } from '../../lib/model/secrets/secret-derivation';
import { SecretStore } from '../../lib/model/secrets/secret-store';
import { randomSecretText } from '../../lib/model/secrets/secret-text';
import { ConfigurationError } from '../../lib/values';
import { describeWith, requireProgram } from '../support/programs';

let root: string;
let count = 0;

beforeAll(() => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'secret-store-')));
});

afterAll(() => fs.rmSync(root, { recursive: true }));

const newDirectory = () => path.join(root, `project-${count++}`, '.secrets');
const storeAt = (directory: string) => new SecretStore({ directory });
const newStore = () => storeAt(newDirectory());
const valueOf = (store: SecretStore, name: string) => fs.readFileSync(store.pathOf(name), 'utf8');
const modeOf = (file: string) => (fs.statSync(file).mode & 0o777).toString(8);
const filesOf = (store: SecretStore) => fs.readdirSync(store.directory).sort();

function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (ConfigurationError.isConfigurationError(error)) return error.message;
    throw error;
  }
  return 'nothing was thrown';
}

describe('creating a value', () => {
  test('writes 32 characters without look-alikes, for the owner only', () => {
    const store = newStore();
    expect(store.has('db-password')).toBe(false);
    expect(store.create('db-password')).toBe('created');
    expect(store.has('db-password')).toBe(true);
    expect(valueOf(store, 'db-password')).toMatch(/^[a-km-zA-HJ-NP-Z2-9]{32}$/);
    expect(store.pathOf('db-password')).toBe(path.join(store.directory, 'db-password'));
    expect([modeOf(store.pathOf('db-password')), modeOf(store.directory)]).toEqual(['600', '700']);
    expect(filesOf(store)).toEqual(['db-password']);
  });

  test('never touches a value that is there', () => {
    const store = newStore();
    store.create('key');
    const before = valueOf(store, 'key');
    expect(store.create('key')).toBe('kept');
    expect(storeAt(store.directory).create('key', { length: 64 })).toBe('kept');
    expect(valueOf(store, 'key')).toBe(before);
    expect(filesOf(store)).toEqual(['key']);
  });

  test('takes an empty file for no value', () => {
    const store = newStore();
    store.create('other');
    fs.writeFileSync(store.pathOf('key'), '');
    expect([store.has('key'), store.fingerprint('key')]).toEqual([false, 'missing']);
    expect([store.create('key'), store.has('key')]).toEqual(['created', true]);
    expect(modeOf(store.pathOf('key'))).toBe('600');
  });

  test('says what is in the way when the place is taken by something else', () => {
    const store = newStore();
    fs.mkdirSync(store.pathOf('key'), { recursive: true });
    fs.symlinkSync('nowhere', store.pathOf('link'));
    for (const name of ['key', 'link']) {
      expect(messageOf(() => store.create(name))).toBe(
        `"${store.pathOf(name)}" is not a file, so no secret can be written there; remove it`,
      );
    }
  });

  test('draws every character of the alphabet it was given and no other', () => {
    const seen = new Set(randomSecretText({ length: 2000, alphabet: '0123456789abcdef' }));
    expect([...seen].sort().join('')).toBe('0123456789abcdef');
  });

  test.each([
    [{ length: 10 }, 'a generated secret of 10 out of 57 characters has 58 bits; it needs at least 64'],
    [{ alphabet: 'a' }, 'a generated secret of 32 out of 1 characters has 0 bits; it needs at least 64'],
    [{ alphabet: 'abca' }, 'a generated secret of alphabet "abca" is lopsided; name each character once'],
    [{ length: 5000 }, 'a generated secret of length 5000 cannot be made; give a whole number up to 4096'],
    [{ length: 2.5 }, 'a generated secret of length 2.5 cannot be made; give a whole number up to 4096'],
  ])('refuses %j', (options, message) => {
    const store = newStore();
    expect(messageOf(() => store.create('key', options))).toBe(message);
    expect(fs.existsSync(store.directory)).toBe(false);
  });

  test('refuses names that are no file of the folder, for every method', () => {
    const store = newStore();
    for (const name of ['../key', '', '.fingerprint-key', 'a/b', 'Key', 'a\0']) {
      for (const act of [
        () => store.pathOf(name),
        () => store.has(name),
        () => store.create(name),
        () => store.set(name, 'x'),
        () => store.rotate(name),
        () => store.fingerprint(name),
        () => store.compose(name, ['x']),
        () => store.compose('ok', [{ secret: name }]),
        () => store.composeBcrypt('ok', name),
        () => store.decryptMissing([name]),
      ]) {
        expect(messageOf(act)).toMatch(/^secret name must be lower-case letters, digits/);
      }
    }
    expect(messageOf(() => store.pathOf('key.previous'))).toBe(
      'secret name "key.previous" is kept for the value before the present one; choose another',
    );
  });
});

describe('setting and rotating a value', () => {
  test('keeps the value before it, for the owner only', () => {
    const store = newStore();
    store.set('token', 'first');
    store.set('token', 'second');
    expect([valueOf(store, 'token'), fs.readFileSync(`${store.pathOf('token')}.previous`, 'utf8')]).toEqual([
      'second',
      'first',
    ]);
    expect(modeOf(`${store.pathOf('token')}.previous`)).toBe('600');
    store.rotate('token', { length: 48 });
    expect(valueOf(store, 'token')).toMatch(/^\w{48}$/);
    expect(fs.readFileSync(`${store.pathOf('token')}.previous`, 'utf8')).toBe('second');
    expect(filesOf(store)).toEqual(['token', 'token.previous']);
  });

  test('refuses an empty value', () => {
    expect(messageOf(() => newStore().set('token', ''))).toBe('secret "token" was given an empty value; give one');
  });
});

describe('fingerprints', () => {
  test('name a value without making any file for a missing one', () => {
    const store = newStore();
    expect(store.fingerprint('key')).toBe('missing');
    expect(fs.existsSync(store.directory)).toBe(false);
  });

  test('change with the value, and only then', () => {
    const store = newStore();
    store.set('key', 'one');
    const first = store.fingerprint('key');
    expect(first).toMatch(/^[0-9a-f]{16}$/);
    expect(storeAt(store.directory).fingerprint('key')).toBe(first);
    store.set('key', 'two');
    expect(store.fingerprint('key')).not.toBe(first);
    store.set('key', 'one');
    expect(store.fingerprint('key')).toBe(first);
  });

  test('do not show that two secrets have the same value, or one value in two stacks', () => {
    const store = newStore();
    const other = newStore();
    for (const [at, name] of [
      [store, 'a'],
      [store, 'b'],
      [other, 'a'],
    ] as const) {
      at.set(name, 'same');
    }
    expect(new Set([store.fingerprint('a'), store.fingerprint('b'), other.fingerprint('a')]).size).toBe(3);
  });

  test('hold still during a process, whoever changes the file meanwhile', () => {
    const store = newStore();
    store.set('key', 'one');
    const first = store.fingerprint('key');
    fs.writeFileSync(store.pathOf('key'), 'two');
    expect(store.fingerprint('key')).toBe(first);
    expect(storeAt(store.directory).fingerprint('key')).not.toBe(first);
  });

  test('use a random key of 32 bytes that only the owner reads, and complain about another', () => {
    const store = newStore();
    store.set('key', 'one');
    store.fingerprint('key');
    const key = path.join(store.directory, '.fingerprint-key');
    expect([fs.statSync(key).size, modeOf(key)]).toEqual([32, '600']);
    fs.writeFileSync(key, 'short');
    expect(messageOf(() => storeAt(store.directory).fingerprint('key'))).toBe(
      `"${key}" is not a key of 32 bytes; delete it, and the next deploy restarts every consumer of a secret once`,
    );
  });

  test('of several secrets ignore order and repetition, and change with each of them', () => {
    const store = newStore();
    store.set('a', '1');
    const before = store.fingerprintOf(['a', 'b']);
    expect(before).toMatch(/^[0-9a-f]{16}$/);
    expect(store.fingerprintOf(['b', 'a', 'b'])).toBe(before);
    store.set('b', '2');
    expect(store.fingerprintOf(['a', 'b'])).not.toBe(before);
  });
});

describe('derived values', () => {
  test('wait for all their parts', () => {
    const store = newStore();
    store.compose('url', ['postgres://app:', { secret: 'password', encode: 'uri' }, '@postgres/db']);
    expect(fs.existsSync(store.directory)).toBe(false);
    store.set('password', 'p@ss/w%rd (1)!');
    store.compose('url', ['postgres://app:', { secret: 'password', encode: 'uri' }, '@postgres/db']);
    expect(valueOf(store, 'url')).toBe('postgres://app:p%40ss%2Fw%25rd%20%281%29%21@postgres/db');
    expect(modeOf(store.pathOf('url'))).toBe('600');
  });

  test('are written again only when they differ', () => {
    const store = newStore();
    store.set('a', 'x');
    const compose = () => store.compose('b', ['<', { secret: 'a' }, '>']);
    compose();
    const first = store.fingerprint('b');
    const inode = fs.statSync(store.pathOf('b')).ino;
    compose();
    expect(fs.statSync(store.pathOf('b')).ino).toBe(inode);
    store.set('a', 'y');
    compose();
    expect([valueOf(store, 'b'), store.fingerprint('b') === first]).toEqual(['<y>', false]);
    expect(filesOf(store).filter((file) => file.startsWith('b'))).toEqual(['b']);
  });

  test('carry bytes unchanged when nothing is encoded', () => {
    const store = newStore();
    const bytes = Buffer.from([0, 255, 10, 13, 128]);
    store.set('blob', bytes);
    store.compose('copy', [{ secret: 'blob', encode: 'none' }]);
    expect(fs.readFileSync(store.pathOf('copy'))).toEqual(bytes);
  });

  test.each([
    [
      Buffer.from('secret\n'),
      'secret "p" has a line end or NUL byte in it, so it cannot be put into a URL; write it without, as `printf %s` does',
    ],
    [
      Buffer.from('a\0b'),
      'secret "p" has a line end or NUL byte in it, so it cannot be put into a URL; write it without, as `printf %s` does',
    ],
    [Buffer.from([0xff]), 'secret "p" is not UTF-8 text, so it cannot be put into a URL; encode it first'],
  ])('refuse %j inside a URL and do not repeat it', (value, message) => {
    const store = newStore();
    store.set('p', value);
    expect(messageOf(() => store.compose('url', [{ secret: 'p', encode: 'uri' }]))).toBe(message);
  });

  test('give back any password when the URL is read', () => {
    const password = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/[\r\n\0]/.test(text));
    fc.assert(
      fc.property(password, (text) => {
        const parts = ['postgres://u:', { secret: 'p', encode: 'uri' } as const, '@db:5432/app?x=1#y'];
        const url = new URL(composeValue(parts, () => Buffer.from(text))?.toString() ?? '');
        expect([decodeURIComponent(url.password), url.host, url.pathname, url.search]).toEqual([
          text,
          'db:5432',
          '/app',
          '?x=1',
        ]);
      }),
    );
  });

  test('a bcrypt hash verifies, is made again only for a new value, and waits for its source', () => {
    const store = newStore();
    store.composeBcrypt('hash', 'password');
    expect(fs.existsSync(store.directory)).toBe(false);
    store.set('password', 'correct horse');
    store.composeBcrypt('hash', 'password');
    const first = valueOf(store, 'hash');
    expect([first.slice(0, 7), compareSync('correct horse', first)]).toEqual(['$2b$10$', true]);
    storeAt(store.directory).composeBcrypt('hash', 'password');
    expect(valueOf(store, 'hash')).toBe(first);
    store.set('password', 'another');
    store.composeBcrypt('hash', 'password');
    expect(compareSync('another', valueOf(store, 'hash'))).toBe(true);
  });

  test('a bcrypt hash is refused where part of the password would not count', () => {
    const store = newStore();
    store.set('long', 'ü'.repeat(37));
    store.set('line', 'x\n');
    expect(messageOf(() => store.composeBcrypt('hash', 'long'))).toBe(
      'secret "long" has 74 bytes, and bcrypt ignores all after 72; shorten it',
    );
    expect(messageOf(() => store.composeBcrypt('hash', 'line'))).toMatch(/^secret "line" has a line end/);
  });
});

describe('protection of the files', () => {
  test('a value that others may read is refused with the command that repairs it', () => {
    const store = newStore();
    store.set('key', 'x');
    for (const mode of [0o644, 0o602]) {
      fs.chmodSync(store.pathOf('key'), mode);
      const message = `"${store.pathOf('key')}" is open to every user of this machine; run: chmod 600 '${store.pathOf('key')}'`;
      expect(messageOf(() => store.fingerprint('key'))).toBe(message);
      expect(messageOf(() => store.compose('url', [{ secret: 'key' }]))).toBe(message);
      expect(messageOf(() => store.rotate('key'))).toBe(message);
    }
    fs.chmodSync(store.pathOf('key'), 0o640);
    expect(store.fingerprint('key')).toMatch(/^[0-9a-f]{16}$/);
  });

  test('a folder that everybody may write to is refused', () => {
    const store = newStore();
    fs.mkdirSync(store.directory, { recursive: true });
    fs.chmodSync(store.directory, 0o777);
    expect(messageOf(() => store.create('key'))).toBe(
      `secrets directory "${store.directory}" can be written by every user; run: chmod 700 '${store.directory}'`,
    );
  });

  test('a folder inside the generated files is refused', () => {
    const store = storeAt(path.join(root, 'cdktf.out', 'secrets'));
    expect(messageOf(() => store.create('key'))).toBe(
      `secrets directory "${store.directory}" is inside cdktf.out, which is shown and shared; choose one outside`,
    );
  });

  test('a folder below something that is no folder is refused', () => {
    const file = path.join(root, `file-${count++}`);
    fs.writeFileSync(file, '');
    const store = storeAt(path.join(file, 'secrets'));
    expect(messageOf(() => store.has('key'))).toBe(
      `cannot use "${store.pathOf('key')}" (ENOTDIR); check who owns it and the folders above it`,
    );
  });

  describeWith('git', 'inside a git work tree', () => {
    test('every way to write demands that git ignores the folder', () => {
      const project = path.join(root, `project-${count++}`);
      fs.mkdirSync(project);
      execFileSync(requireProgram('git'), ['init', '--quiet', project]);
      const store = storeAt(path.join(project, '.secrets', 'app-dev'));
      const message =
        `secrets directory "${store.directory}" is not ignored by git, so a commit could publish its values; ` +
        `add this line to "${project}/.gitignore": /.secrets/app-dev/`;
      expect(messageOf(() => store.create('key'))).toBe(message);
      expect(messageOf(() => store.set('key', 'x'))).toBe(message);
      expect(messageOf(() => store.compose('key', ['x']))).toBe(message);
      expect(fs.existsSync(path.join(project, '.secrets'))).toBe(false);
      fs.writeFileSync(path.join(project, '.gitignore'), '/.secrets/app-dev/\n');
      expect(store.create('key')).toBe('created');
      expect(
        execFileSync(requireProgram('git'), ['-C', project, 'status', '--porcelain', '-uall'], { encoding: 'utf8' }),
      ).toBe('?? .gitignore\n');
    });

    test('a link that leads out of the work tree is judged by where it leads', () => {
      const project = path.join(root, `project-${count++}`);
      const outside = path.join(root, `outside-${count++}`);
      [project, outside].forEach((directory) => fs.mkdirSync(directory));
      execFileSync(requireProgram('git'), ['init', '--quiet', project]);
      fs.symlinkSync(outside, path.join(project, 'vault'));
      expect(storeAt(path.join(project, 'vault', 'app-dev')).create('key')).toBe('created');
    });

    test('a broken work tree is reported instead of trusted', () => {
      const project = path.join(root, `project-${count++}`);
      fs.mkdirSync(project);
      fs.writeFileSync(path.join(project, '.git'), 'gitdir: nowhere\n');
      expect(messageOf(() => storeAt(path.join(project, '.secrets')).create('key'))).toMatch(
        /^git cannot say whether ".*\/\.secrets" is ignored: fatal: .*; repair the work tree or choose a secrets directory outside it$/,
      );
    });
  });
});
