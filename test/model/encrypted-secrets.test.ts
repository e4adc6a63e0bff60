import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { AGE_IDENTITY_VARIABLE, defaultIdentityFile, findIdentityFile } from '../../lib/model/secrets/age-keys';
import { SecretStore } from '../../lib/model/secrets/secret-store';
import { ConfigurationError } from '../../lib/values';

interface KeyPair {
  readonly identity: string;
  readonly recipient: string;
}

/** Encrypted texts by name, made once because each run of the age program takes its time. */
interface Fixtures {
  readonly ours: KeyPair;
  readonly theirs: KeyPair;
  readonly one: string;
  readonly oneForBoth: string;
  readonly two: string;
  readonly forThem: string;
}

/** The age library is an ES module; a process of its own loads it as users' processes do. */
const MAKE_FIXTURES = `
  import { armor, Encrypter, generateIdentity, identityToRecipient } from 'age-encryption';
  const pair = async () => { const identity = await generateIdentity(); return { identity, recipient: await identityToRecipient(identity) }; };
  const seal = async (text, ...pairs) => {
    const encrypter = new Encrypter();
    pairs.forEach(({ recipient }) => encrypter.addRecipient(recipient));
    return armor.encode(await encrypter.encrypt(text));
  };
  const [ours, theirs] = [await pair(), await pair()];
  console.log(JSON.stringify({
    ours, theirs, one: await seal('one', ours), oneForBoth: await seal('one', ours, theirs),
    two: await seal('two', ours), forThem: await seal('x', theirs),
  }));
`;

let root: string;
let count = 0;
let age: Fixtures;
let identity: string;

beforeAll(() => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'encrypted-secrets-')));
  const made = execFileSync(process.execPath, ['--input-type=module', '-e', MAKE_FIXTURES], { encoding: 'utf8' });
  age = JSON.parse(made) as Fixtures;
  identity = identityFile(age.ours.identity);
});

afterAll(() => fs.rmSync(root, { recursive: true }));

function identityFile(...lines: readonly string[]): string {
  const file = path.join(root, `identity-${count++}.txt`);
  fs.writeFileSync(file, `# created: today\n${lines.join('\n')}\n`, { mode: 0o600 });
  return file;
}

/** A machine with a checkout that brought these encrypted files. */
function newMachine(checkout: Readonly<Record<string, string>> = {}): SecretStore {
  const project = path.join(root, `project-${count++}`);
  const store = new SecretStore({
    directory: path.join(project, 'plain'),
    encryptedDirectory: path.join(project, 'git'),
    identity,
  });
  for (const [name, text] of Object.entries(checkout)) pull(store, name, text);
  return store;
}

function pull(store: SecretStore, name: string, text: string): void {
  fs.mkdirSync(store.encryptedDirectory ?? '', { recursive: true });
  fs.writeFileSync(encryptedFile(store, name), text);
}

const withIdentity = (store: SecretStore, file: string | undefined) =>
  new SecretStore({ directory: store.directory, encryptedDirectory: store.encryptedDirectory, identity: file });
const valueOf = (store: SecretStore, name: string) => fs.readFileSync(store.pathOf(name), 'utf8');
const encryptedFile = (store: SecretStore, name: string) => path.join(store.encryptedDirectory ?? '', `${name}.age`);
const inTheFuture = (file: string) => fs.utimesSync(file, Date.now() / 1000 + 60, Date.now() / 1000 + 60);
const reasonOf = (store: SecretStore) =>
  store.decryptMissing(['key']).map(({ state, reason }) => `${state}: ${reason}`);

function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (ConfigurationError.isConfigurationError(error)) return error.message;
    throw error;
  }
  return 'nothing was thrown';
}

describe('encrypted secrets', () => {
  test('travel to another machine with their values and fingerprints', () => {
    const first = newMachine();
    first.set('api-key', 'söme välue\n');
    first.set('blob', Buffer.from([0, 255, 1]));
    expect(first.encrypt(['api-key', 'blob', 'later'], [age.ours.recipient])).toEqual([
      { name: 'api-key', state: 'encrypted' },
      { name: 'blob', state: 'encrypted' },
      { name: 'later', state: 'missing' },
    ]);
    expect(fs.readFileSync(encryptedFile(first, 'api-key'), 'utf8')).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n/);
    const { encryptedDirectory } = first;
    const second = new SecretStore({ directory: path.join(root, `plain-${count++}`), encryptedDirectory, identity });
    expect([second.has('api-key'), second.hasEncrypted('api-key'), second.hasEncrypted('later')]).toEqual([
      false,
      true,
      false,
    ]);
    expect(second.decryptMissing(['api-key', 'blob', 'later'])).toEqual([
      { name: 'api-key', state: 'decrypted' },
      { name: 'blob', state: 'decrypted' },
      { name: 'later', state: 'none' },
    ]);
    expect([valueOf(second, 'api-key'), fs.readFileSync(second.pathOf('blob'))]).toEqual([
      'söme välue\n',
      Buffer.from([0, 255, 1]),
    ]);
    expect((fs.statSync(second.pathOf('blob')).mode & 0o777).toString(8)).toBe('600');
    expect(second.fingerprintOf(['api-key', 'blob'])).toBe(first.fingerprintOf(['api-key', 'blob']));
  });

  test('stay as they are while value and recipients are the same, so that git sees no change', () => {
    const store = newMachine();
    store.set('key', 'one');
    store.encrypt(['key'], [age.ours.recipient, age.theirs.recipient]);
    const before = fs.readFileSync(encryptedFile(store, 'key'), 'utf8');
    const states = (...recipients: string[]) => store.encrypt(['key'], recipients).map(({ state }) => state);
    expect(states(age.theirs.recipient, age.ours.recipient)).toEqual(['current']);
    expect(fs.readFileSync(encryptedFile(store, 'key'), 'utf8')).toBe(before);
    expect(states(age.ours.recipient)).toEqual(['encrypted']);
    expect(states(age.ours.recipient)).toEqual(['current']);
    store.rotate('key');
    expect(states(age.ours.recipient)).toEqual(['encrypted']);
  });

  test('replace a value that git has a newer one for, and keep it; not when only the recipients changed', () => {
    const store = newMachine({ key: age.one });
    const states = () => store.decryptMissing(['key']).map(({ state }) => state);
    const previous = `${store.pathOf('key')}.previous`;
    expect([states(), states()]).toEqual([['decrypted'], ['current']]);
    const before = store.fingerprint('key');
    pull(store, 'key', age.oneForBoth);
    expect([states(), store.fingerprint('key'), fs.existsSync(previous)]).toEqual([['decrypted'], before, false]);
    pull(store, 'key', age.two);
    expect([states(), states()]).toEqual([['decrypted'], ['current']]);
    expect([valueOf(store, 'key'), fs.readFileSync(previous, 'utf8')]).toEqual(['two', 'one']);
    expect(store.fingerprint('key')).not.toBe(before);
  });

  test('leave a value alone that was changed here, however new the file of the same content looks', () => {
    const store = newMachine({ key: age.one });
    store.decryptMissing(['key']);
    store.set('key', 'changed');
    inTheFuture(encryptedFile(store, 'key'));
    expect(store.decryptMissing(['key'])).toEqual([{ name: 'key', state: 'current' }]);
    expect(valueOf(store, 'key')).toBe('changed');
  });

  test('replace a value of unknown origin only when they are newer', () => {
    const store = newMachine({ key: age.one });
    store.set('key', 'typed here');
    expect(store.decryptMissing(['key'])).toEqual([{ name: 'key', state: 'current' }]);
    inTheFuture(encryptedFile(store, 'key'));
    expect(store.decryptMissing(['key'])).toEqual([{ name: 'key', state: 'decrypted' }]);
    expect(valueOf(store, 'key')).toBe('one');
  });

  test('are skipped with a hint where there is no identity, and nothing is made up in their place', () => {
    const env = jest.replaceProperty(process, 'env', { XDG_CONFIG_HOME: '/nowhere' });
    const store = withIdentity(newMachine({ key: age.one }), undefined);
    expect(store.decryptMissing(['key'])).toEqual([
      {
        name: 'key',
        state: 'skipped',
        reason:
          'no age identity on this machine; put one into /nowhere/docker-constructs/age-identity.txt ' +
          'or name its file in DOCKER_CONSTRUCTS_AGE_IDENTITY_FILE',
      },
    ]);
    env.restore();
    expect(messageOf(() => store.create('key'))).toBe(
      'secret "key" has an encrypted value that was not decrypted; making up another one would hide it',
    );
    expect(fs.existsSync(store.directory)).toBe(false);
  });

  test('that were made for others are named with the identity, and the rest is decrypted all the same', () => {
    const store = newMachine({ mine: age.one, theirs: age.forThem });
    expect(store.decryptMissing(['mine', 'theirs'])).toEqual([
      { name: 'mine', state: 'decrypted' },
      {
        name: 'theirs',
        state: 'failed',
        reason:
          `cannot decrypt "${encryptedFile(store, 'theirs')}" with the identity in "${identity}": it was encrypted for others; ` +
          'add your recipient and encrypt it again, or name another identity in DOCKER_CONSTRUCTS_AGE_IDENTITY_FILE',
      },
    ]);
    expect(store.has('theirs')).toBe(false);
    const both = withIdentity(store, identityFile(age.theirs.identity, age.ours.identity));
    expect(both.decryptMissing(['mine', 'theirs']).map(({ state }) => state)).toEqual(['current', 'decrypted']);
  });

  test('that are damaged say so', () => {
    const store = newMachine({ key: `not${age.one}` });
    expect(reasonOf(store)).toEqual([
      `failed: cannot decrypt "${encryptedFile(store, 'key')}" with the identity in "${identity}": it is not an intact age file; restore it from git`,
    ]);
  });

  test('bring the shared key of the fingerprints, even when this machine made one of its own before', () => {
    const first = newMachine();
    first.set('key', 'x');
    first.encrypt(['key'], [age.ours.recipient]);
    const { encryptedDirectory } = first;
    const second = new SecretStore({ directory: path.join(root, `plain-${count++}`), encryptedDirectory, identity });
    second.set('key', 'x');
    expect(second.fingerprint('key')).not.toBe(first.fingerprint('key'));
    second.decryptMissing([]);
    expect(second.fingerprint('key')).toBe(first.fingerprint('key'));
  });
});

describe('the age identity', () => {
  test('comes from the option, else the variable, else the user configuration', () => {
    const configuration = path.join(root, `config-${count++}`);
    const env = jest.replaceProperty(process, 'env', { XDG_CONFIG_HOME: configuration });
    expect(defaultIdentityFile()).toBe(path.join(configuration, 'docker-constructs', 'age-identity.txt'));
    expect(findIdentityFile(undefined)).toBeUndefined();
    fs.mkdirSync(path.dirname(defaultIdentityFile()), { recursive: true });
    fs.writeFileSync(defaultIdentityFile(), '');
    expect(findIdentityFile(undefined)).toBe(defaultIdentityFile());
    process.env[AGE_IDENTITY_VARIABLE] = identity;
    expect(findIdentityFile(undefined)).toBe(identity);
    expect(findIdentityFile(defaultIdentityFile())).toBe(defaultIdentityFile());
    process.env[AGE_IDENTITY_VARIABLE] = '/nowhere/key';
    expect(messageOf(() => findIdentityFile(undefined))).toBe(
      'there is no age identity at "/nowhere/key"; correct DOCKER_CONSTRUCTS_AGE_IDENTITY_FILE, or make one with `age-keygen -o`',
    );
    env.restore();
  });

  test('is never quote when it cannot be read', () => {
    const store = newMachine({ key: age.one });
    const broken = age.ours.identity.replace(/.$/, (last) => (last === 'Q' ? 'P' : 'Q'));
    for (const content of [broken, 'hello', '', `${age.ours.identity}\nhello`]) {
      const file = identityFile(content);
      expect(reasonOf(withIdentity(store, file))).toEqual([
        `failed: "${file}" is not an age identity file; it needs lines that start with AGE-SECRET-KEY-, as \`age-keygen -o\` writes them`,
      ]);
    }
  });

  test('is refused when every user of the machine can read it', () => {
    const open = identityFile(age.ours.identity);
    fs.chmodSync(open, 0o644);
    expect(reasonOf(withIdentity(newMachine({ key: age.one }), open))).toEqual([
      `failed: "${open}" is open to every user of this machine; run: chmod 600 '${open}'`,
    ]);
  });
});

describe('recipients', () => {
  const advice = 'give the public key that starts with age1, which `age-keygen -y <identity file>` prints';

  test('are needed, must be well formed, and a private key among them is not repeated', () => {
    const store = newMachine();
    store.set('key', 'x');
    const refusal = (...recipients: string[]) => messageOf(() => store.encrypt(['key'], recipients));
    expect(refusal()).toBe(`no recipient was given; ${advice}`);
    expect(refusal('me')).toBe(`"me" is not an age recipient; ${advice}`);
    expect(refusal(age.ours.identity)).toBe(`a private key was given as recipient; ${advice}`);
    expect(refusal('age1qqq')).toBe(`one of ["age1qqq"] is not an age recipient; ${advice}`);
    expect(fs.existsSync(store.encryptedDirectory ?? '')).toBe(false);
  });

  test('are of no use to a stack without a folder for encrypted files', () => {
    const store = new SecretStore({ directory: path.join(root, `plain-${count++}`), encryptedDirectory: '' });
    expect(store.encryptedDirectory).toBeUndefined();
    expect(store.hasEncrypted('key')).toBe(false);
    expect(store.decryptMissing(['key'])).toEqual([{ name: 'key', state: 'none' }]);
    expect(messageOf(() => store.encrypt(['key'], [age.ours.recipient]))).toBe(
      'this stack has no folder for encrypted secrets; give it one',
    );
  });
});
