import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { hasOwnValue } from '../../lib/cli/secrets/secret-states';
import { CommandOutcome, runSecrets } from '../../lib/cli/secrets/secrets';
import type { SecretsManifest } from '../../lib/cli/secrets/secret-states';
import { AGE_IDENTITY_VARIABLE } from '../../lib/model/secrets/age-keys';
import type { ManifestSecret } from '../../lib/model/stack/manifest';
import type { SecretUse } from '../../lib/model/secrets/secret-use';
import { ConfigurationError } from '../../lib/values';

const SUPPLIED: ManifestSecret = {
  name: 'smtp-password',
  origin: 'supplied',
  description: 'mail account',
  consumers: ['worker'],
};

const SECRETS: readonly ManifestSecret[] = [
  {
    name: 'db-password',
    origin: 'generated',
    description: 'password of the role app',
    consumers: ['api', 'migrate'],
    length: 40,
  },
  SUPPLIED,
  { name: 'db-url', origin: 'derived', description: 'URL of the database', consumers: ['api'] },
  { name: 'admin-hash', origin: 'bcrypt', description: 'hash for the proxy', consumers: [] },
];

/** A recipient nobody has the identity for: enough to write files, never to read them. */
const RECIPIENT = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p';

let root: string;
let count = 0;

beforeAll(() => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'secrets-command-')));
  jest.replaceProperty(process, 'env', { ...process.env, XDG_CONFIG_HOME: '/nowhere', [AGE_IDENTITY_VARIABLE]: '' });
});

afterAll(() => {
  jest.restoreAllMocks();
  fs.rmSync(root, { recursive: true });
});

class Project {
  readonly manifest: SecretsManifest;

  constructor(secrets: readonly ManifestSecret[] = SECRETS) {
    const directory = path.join(root, `project-${count++}`);
    this.manifest = {
      stack: 'app-dev',
      secrets,
      secretsDirectory: path.join(directory, '.secrets'),
      encryptedDirectory: path.join(directory, 'secrets'),
    };
  }

  /** What each command said of values that are made out of others. */
  readonly withoutValues: boolean[] = [];

  /** What was asked. */
  readonly questions: string[] = [];

  run(line: string, input: string | Buffer = '', answer?: string): Promise<CommandOutcome> {
    return runSecrets(line.split(' '), {
      session: {
        isTerminal: answer !== undefined,
        ask: async (question) => {
          this.questions.push(question);
          return answer ?? '';
        },
      },
      manifestOf: (stack, withoutValues) => {
        this.withoutValues.push(withoutValues);
        if (stack === this.manifest.stack) return this.manifest;
        throw new ConfigurationError(undefined, `there is no stack ${JSON.stringify(stack)}`);
      },
      readInput: () => Promise.resolve(Buffer.from(input)),
    });
  }

  file(name: string): string {
    return path.join(this.manifest.secretsDirectory, name);
  }

  value(name: string): string {
    return fs.readFileSync(this.file(name), 'utf8');
  }

  async states(line: string): Promise<Readonly<Record<string, string | undefined>>> {
    const rows = (await this.run(line)).text.split('\n').map((row) => row.split(/ +/));
    return Object.fromEntries(SECRETS.map(({ name }) => [name, rows.find(([first]) => first === name)?.[1]]));
  }
}

describe('secrets <stack>', () => {
  test('creates what it can, lists the rest with the way to provide it, and succeeds', async () => {
    const project = new Project();
    const { secretsDirectory } = project.manifest;
    expect(await project.run('app-dev')).toEqual({
      exitCode: 0,
      errors: '',
      text: `Secrets of app-dev, in ${secretsDirectory}

NAME           STATE    USED BY       WHAT IT IS
db-password    created  api, migrate  password of the role app
smtp-password  missing  worker        mail account
db-url         pending  api           URL of the database
admin-hash     pending  -             hash for the proxy

smtp-password is known only to you. With the value in the shell variable VALUE, either
  printf %s "$VALUE" | npm run secrets -- app-dev --set smtp-password
  (umask 077; printf %s "$VALUE" > '${secretsDirectory}/smtp-password')
`,
    });
    expect(project.value('db-password')).toMatch(/^\w{40}$/);
    expect(fs.readdirSync(secretsDirectory)).toEqual(['db-password']);
  });

  test('never replaces or prints a value', async () => {
    const project = new Project();
    await project.run('app-dev');
    await project.run('app-dev --set smtp-password', 'hunter2');
    fs.writeFileSync(project.file('db-url'), 'postgres://app:hunter3@db', { mode: 0o600 });
    const value = project.value('db-password');
    const { text } = await project.run('app-dev');
    expect(await project.states('app-dev')).toEqual({
      'db-password': 'kept',
      'smtp-password': 'kept',
      'db-url': 'derived',
      'admin-hash': 'pending',
    });
    expect(project.value('db-password')).toBe(value);
    for (const secret of [value, 'hunter2', 'hunter3']) expect(text).not.toContain(secret);
  });

  test('says when a stack has none', async () => {
    expect((await new Project([]).run('app-dev')).text).toBe('app-dev needs no secrets.\n');
  });

  test('does not make up a value that is encrypted for somebody else, and says why', async () => {
    const project = new Project();
    await project.run('app-dev');
    await project.run(`app-dev --encrypt --recipient ${RECIPIENT}`);
    fs.rmSync(project.manifest.secretsDirectory, { recursive: true });
    const { text, exitCode } = await project.run('app-dev');
    expect(exitCode).toBe(0);
    expect(text).toContain(
      '\ndb-password is locked: no age identity on this machine; put one into /nowhere/docker-constructs/age-identity.txt ' +
        'or name its file in DOCKER_CONSTRUCTS_AGE_IDENTITY_FILE\n',
    );
    expect((await project.states('app-dev'))['db-password']).toBe('locked');
    expect((await project.run('app-dev --check')).exitCode).toBe(1);
    expect(fs.existsSync(project.manifest.secretsDirectory)).toBe(false);
  });

  test('passes errors of use on as one line', async () => {
    const project = new Project();
    expect(await project.run('nope')).toEqual({ exitCode: 1, text: '', errors: 'there is no stack "nope"\n' });
    fs.mkdirSync(project.file('db-password'), { recursive: true });
    expect((await project.run('app-dev')).errors).toBe(
      `"${project.file('db-password')}" is not a file, so no secret can be written there; remove it\n`,
    );
  });
});

describe('--list and --check', () => {
  test('write nothing', async () => {
    const project = new Project();
    for (const option of ['--list', '--check']) {
      expect((await project.states(`app-dev ${option}`))['db-password']).toBe('missing');
      expect((await project.run(`app-dev ${option}`)).text).toContain(
        '\nTo generate what is missing: npm run secrets -- app-dev\n',
      );
    }
    expect(fs.existsSync(project.manifest.secretsDirectory)).toBe(false);
  });

  test('differ in the exit code while something is missing', async () => {
    const project = new Project();
    expect((await project.run('app-dev --list')).exitCode).toBe(0);
    const before = await project.run('app-dev --check');
    expect([before.exitCode, before.text.split('\n').at(-2)]).toEqual([1, 'app-dev: 2 of 4 secrets without a value.']);
    await project.run('app-dev');
    await project.run('app-dev --set smtp-password', 'x');
    const after = await project.run('app-dev --check');
    expect([after.exitCode, after.text.split('\n').at(-2)]).toEqual([0, 'app-dev: every secret has a value.']);
  });
});

describe('--set', () => {
  test.each([
    ['hunter2\n', 'hunter2'],
    ['hunter2\r\n', 'hunter2'],
    ['two\nlines\n', 'two\nlines\n'],
    ['two\r\nlines\r\n', 'two\r\nlines\r\n'],
    ['\n\n', '\n\n'],
    ['ünïcode ', 'ünïcode '],
  ])('takes %j for %j', async (input, value) => {
    const project = new Project();
    expect(await project.run('app-dev --set smtp-password', input)).toEqual({
      exitCode: 0,
      errors: '',
      text: 'smtp-password is set.\nThe next deploy of app-dev restarts: worker.\n',
    });
    expect(project.value('smtp-password')).toBe(value);
    expect(fs.statSync(project.file('smtp-password')).mode & 0o777).toBe(0o600);
  });

  test('keeps every byte of a value that is not text', async () => {
    const project = new Project();
    const bytes = Buffer.from([0x30, 0x82, 0x00, 0xff, 0x0a, 0x0d, 0x0a]);
    expect((await project.run('app-dev --set smtp-password', bytes)).errors).toBe('');
    expect(fs.readFileSync(project.file('smtp-password'))).toEqual(bytes);
  });

  test.each<[SecretUse, string | Buffer, string]>([
    [
      'uri',
      'a\nb',
      'has a line end or NUL byte in it, so it cannot be put into a URL; write it without, as `printf %s` does',
    ],
    ['uri', Buffer.from([0xff]), 'is not UTF-8 text, so it cannot be put into a URL; encode it first'],
    ['bcrypt', 'x'.repeat(73), 'has 73 bytes, and bcrypt ignores all after 72; shorten it'],
    [
      'variable',
      'a\0b',
      'has a NUL byte in it, so it cannot be exported as an environment variable; let the program read its file, or encode it first',
    ],
  ])('judges a value before it writes it, here for %s', async (use, input, message) => {
    const project = new Project([{ ...SUPPLIED, uses: [use] }]);
    await project.run('app-dev --set smtp-password', 'good');
    const { exitCode, errors } = await project.run('app-dev --set smtp-password --yes', input);
    expect({ exitCode, errors }).toEqual({ exitCode: 1, errors: `secret "smtp-password" ${message}\n` });
    expect(project.value('smtp-password')).toBe('good');
  });

  test('replaces a bad value without a synthesis that would fail because of it', async () => {
    const project = new Project();
    await project.run('app-dev --set smtp-password', 'x');
    await project.run('app-dev --yes --rotate db-password');
    await project.run('app-dev --list');
    expect(project.withoutValues).toEqual([true, true, false]);
  });

  test('and every other command refuse a folder with values that git does not ignore', async () => {
    const project = new Project();
    await project.run('app-dev');
    execFileSync('git', ['init', '--quiet', root]);
    try {
      for (const option of ['', ' --list', ' --check', ' --set smtp-password']) {
        expect(await project.run(`app-dev${option}`, 'x')).toMatchObject({
          exitCode: 1,
          errors: expect.stringContaining('is not ignored by git, so a commit could publish its values') as string,
        });
      }
    } finally {
      fs.rmSync(path.join(root, '.git'), { recursive: true });
    }
  });

  test('refuses an empty input', async () => {
    expect((await new Project().run('app-dev --set smtp-password', '\n')).errors).toBe(
      'secret "smtp-password" was given an empty value; give one\n',
    );
  });
});

describe('--rotate', () => {
  test('replaces a generated value, keeps the old one and says who restarts', async () => {
    const project = new Project();
    await project.run('app-dev');
    const before = project.value('db-password');
    await project.run(`app-dev --encrypt --recipient ${RECIPIENT}`);
    expect((await project.run('app-dev --yes --rotate db-password')).text).toBe(
      'db-password has a new value; the old one is in db-password.previous.\n' +
        'The next deploy of app-dev restarts: api, migrate.\n' +
        'Its encrypted file holds the old value until you run --encrypt.\n',
    );
    expect(project.value('db-password')).toMatch(/^\w{40}$/);
    expect(project.value('db-password')).not.toBe(before);
    expect(project.value('db-password.previous')).toBe(before);
  });

  test.each([
    ['--rotate smtp-password', '"smtp-password" is not generated, so only you can know its next value; use --set\n'],
    ['--rotate db-url', '"db-url" is made from others by every synthesis; change those\n'],
    ['--set admin-hash', '"admin-hash" is made from others by every synthesis; change those\n'],
    [
      '--rotate nothing',
      '"nothing" is not a secret of app-dev; it has: db-password, smtp-password, db-url, admin-hash\n',
    ],
  ])('and --set refuse what does not fit: %s', async (line, message) => {
    const project = new Project();
    expect(await project.run(`app-dev ${line}`, 'x')).toEqual({ exitCode: 1, text: '', errors: message });
    expect(fs.existsSync(project.manifest.secretsDirectory)).toBe(false);
  });
});

describe('a value that is there', () => {
  test.each([
    ['--set smtp-password', 'smtp-password'],
    ['--rotate db-password', 'db-password'],
  ])('is replaced by %s after a yes alone', async (args, name) => {
    const project = new Project();
    await project.run('app-dev');
    await project.run('app-dev --set smtp-password', 'first');
    const first = project.value(name);
    const question = `Replace the value of ${name} of app-dev?`;
    expect(await project.run(`app-dev ${args}`, 'x')).toEqual({
      exitCode: 1,
      text: '',
      errors: `${question} There is no terminal to ask in; add --yes\n`,
    });
    expect((await project.run(`app-dev ${args}`, 'x', 'n')).errors).toBe('nothing was changed\n');
    expect([project.value(name), project.questions]).toEqual([first, [`${question} [y/N] `]]);
    for (const [option, answer] of [['', 'y'], [' --yes'], [' --auto-approve']]) {
      fs.writeFileSync(project.file(name), first, { mode: 0o600 });
      expect((await project.run(`app-dev ${args}${option}`, 'second', answer)).exitCode).toBe(0);
      expect(project.value(name)).not.toBe(first);
    }
    expect(project.questions).toHaveLength(2);
  });
});

describe('--encrypt', () => {
  test('writes the files of the secrets with a value of their own, for git', async () => {
    const project = new Project();
    await project.run('app-dev');
    fs.writeFileSync(project.file('db-url'), 'derived', { mode: 0o600 });
    const { encryptedDirectory } = project.manifest;
    expect(await project.run(`app-dev --encrypt --recipient ${RECIPIENT}`)).toEqual({
      exitCode: 0,
      errors: '',
      text: `Encrypted secrets of app-dev, in ${encryptedDirectory}

NAME           STATE
db-password    encrypted
smtp-password  missing

Commit this folder.
`,
    });
    expect(fs.readdirSync(encryptedDirectory)).toEqual(['.fingerprint-key.age', 'db-password.age']);
  });

  test('needs a recipient, and a recipient needs it', async () => {
    const project = new Project();
    expect((await project.run('app-dev --encrypt')).errors).toMatch(/^no recipient was given; give the public key/);
    expect((await project.run(`app-dev --recipient ${RECIPIENT}`)).errors).toBe(
      '--recipient was given without --encrypt; add --encrypt\n',
    );
  });
});

describe('the command line', () => {
  test('explains itself', async () => {
    const { exitCode, text, errors } = await new Project().run('--help');
    expect([exitCode, errors]).toEqual([0, '']);
    for (const option of [
      '<stack>',
      '--list',
      '--check',
      '--rotate <name>',
      '--set <name>',
      '--encrypt',
      '--recipient',
    ]) {
      expect(text).toContain(option);
    }
  });

  test.each([
    ['--list', "error: missing required argument 'stack'\n"],
    ['app-dev --lst', "error: unknown option '--lst'\n(Did you mean --list?)\n"],
    ['app-dev --list --check', "error: option '--list' cannot be used with option '--check'\n"],
    ['app-dev --set a --rotate b', "error: option '--rotate <name>' cannot be used with option '--set <name>'\n"],
    ['app-dev other', /^error: too many arguments/],
  ])('refuses %s', async (line, message) => {
    const { exitCode, text, errors } = await new Project().run(line);
    expect([exitCode, text]).toEqual([1, '']);
    if (typeof message === 'string') expect(errors).toBe(message);
    else expect(errors).toMatch(message);
  });

  test('knows which origins have a value of their own', async () => {
    expect(SECRETS.filter(hasOwnValue).map(({ name }) => name)).toEqual(['db-password', 'smtp-password']);
  });
});
