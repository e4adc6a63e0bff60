import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataVolume, Image, PostgresService, Secret } from '../lib';
import type { EnvironmentStack } from '../lib';
import { refusal } from './support/refusal';
import type { Build } from './support/refusal';
import { worker } from './support/services';
import { container, revision, synth, testStack, variables } from './support/stacks';
import type { Place } from './support/stacks';

/** A server with variables of a compose file. */
const postgresWith =
  (environment: Readonly<Record<string, string>>): Build =>
  (stack) =>
    worker(stack).connectTo(new PostgresService(stack, 'Postgres', { environment }));

/** The sentence about a variable that a construct owns. */
const owned = (key: string, instead: string): string =>
  `[shop-test/Postgres] environment variable "${key}" belongs to the construct, which decides it; ${instead}`;

const LOGINS =
  'the superuser is "postgres" and has a random password that is not kept; each consumer gets a login of its own with `connectTo`';

describe('a variable that the construct owns is refused, with what to use', () => {
  test.each([
    ['POSTGRES_USER', LOGINS],
    ['POSTGRES_USER_FILE', LOGINS],
    ['POSTGRES_PASSWORD', LOGINS],
    ['POSTGRES_PASSWORD_FILE', LOGINS],
    ['POSTGRES_DB', 'state the first database with `database`'],
    ['PGDATA', 'the data directory follows from the major version; leave it out'],
    ['POSTGRES_INITDB_ARGS', 'state words for `initdb` with `initdbArguments`'],
    ['POSTGRES_INITDB_WALDIR', 'the log lies with the data; leave it out'],
    ['POSTGRES_HOST_AUTH_METHOD', 'everything but the socket asks for a password (scram-sha-256); leave it out'],
    ['PGPORT', 'the server listens on 5432; state a port of the host in `expose`'],
  ])('%s of a PostgresService', (key, instead) => {
    expect(refusal(postgresWith({ [key]: 'myapp' }))).toBe(owned(key, instead));
  });

  test('also when it is added to the workload, or exported from a secret', () => {
    const added: Build = (stack) =>
      new PostgresService(stack, 'Postgres').workload.variables.add('POSTGRES_PASSWORD', 'x');
    const exported: Build = (stack) =>
      new PostgresService(stack, 'Postgres').workload.exportSecret('POSTGRES_PASSWORD', new Secret(stack, 'Password'));
    expect([added, exported].map((build) => refusal(build))).toEqual(
      Array.from({ length: 2 }, () => owned('POSTGRES_PASSWORD', LOGINS)),
    );
  });

  test('a variable beside those is taken', () => {
    const stack = testStack();
    postgresWith({ TZ: 'Europe/Berlin' })(stack);
    expect(variables(synth(stack), 'postgres')).toEqual({
      PGDATA: '/var/lib/postgresql/18/docker',
      POSTGRES_DB: 'app',
      POSTGRES_INITDB_ARGS: '--data-checksums',
      POSTGRES_USER: 'postgres',
      TZ: 'Europe/Berlin',
    });
  });
});

describe('words for initdb', () => {
  const server = (initdbArguments: readonly string[]) => (stack: EnvironmentStack) =>
    worker(stack).connectTo(new PostgresService(stack, 'Postgres', { initdbArguments }));

  test('follow the checksums, each quote for the shell that reads them', () => {
    const stack = testStack();
    server(['--locale-provider=icu', '--icu-rules=&a < b'])(stack);
    expect(variables(synth(stack), 'postgres').POSTGRES_INITDB_ARGS).toBe(
      "--data-checksums '--locale-provider=icu' '--icu-rules=&a < b'",
    );
  });

  test.each(['--pgdata=/x', '-D', '--auth-host=trust', '--username=me', '--no-data-checksums', 'a\nb'])(
    '%j is refused',
    (word) => {
      expect(refusal(server([word]))).toBe(
        '[shop-test/Postgres] `initdbArguments` are options of initdb such as "--icu-locale=de", and not those for places, ' +
          `logins and checksums, got ${JSON.stringify(word)}; leave it out`,
      );
    },
  );
});

describe('the name of a variable', () => {
  test('is whatever Docker takes', () => {
    const stack = testStack();
    const environment = {
      'discovery.type': 'single-node',
      'Logging__LogLevel__Microsoft.AspNetCore': 'Warning',
      'a-b': '1',
    };
    worker(stack, { environment });
    expect(variables(synth(stack), 'worker')).toEqual(environment);
  });

  test.each(['', 'A=B', 'A B', 'A\n', 'A\0'])('%j is refused', (key) => {
    expect(refusal((stack) => worker(stack, { environment: { [key]: '1' } }))).toBe(
      '[shop-test/Worker] name of an environment variable must be text without "=", blanks and control characters, ' +
        `at most 255 characters, got ${JSON.stringify(key)}`,
    );
  });

  test('that a shell exports stays one that a shell can set', () => {
    const build: Build = (stack) =>
      worker(stack, { command: ['run'] }).workload.exportSecret('discovery.type', new Secret(stack, 'Token'));
    expect(refusal(build)).toBe(
      '[shop-test/Worker] environment variable that a shell exports must be letters, digits and "_", not starting ' +
        'with a digit, at most 255 characters, got "discovery.type"',
    );
  });

  test('stands for one value: a secret does not replace a text, nor another secret', () => {
    const exporting =
      (before: Readonly<Record<string, string>>): Build =>
      (stack) => {
        const { workload } = worker(stack, {
          command: ['run'],
          environment: before,
          image: Image.of('shop/worker:1.0'),
        });
        for (const id of ['First', 'Second']) workload.exportSecret('TOKEN', new Secret(stack, id));
      };
    expect([refusal(exporting({ TOKEN: 'text' })), refusal(exporting({}))]).toEqual([
      '[shop-test/Worker] environment variable "TOKEN" has a value already and is exported from secret "first"; do one of the two',
      '[shop-test/Worker] environment variable "TOKEN" is exported from secret "first" already; set it once',
    ]);
  });
});

describe('a file arrives byte for byte', () => {
  const latin1 = Buffer.from([0x2d, 0x2d, 0x20, 0xfc, 0x0a]);
  const gzip = Buffer.from([0x1f, 0x8b, 0x08, 0x00]);

  /** The upload of one file with this content. */
  function upload(content: string | Uint8Array): unknown {
    const stack = testStack();
    worker(stack).workload.addFile({ path: '/etc/shop/file', content });
    return container(synth(stack), 'worker-files').upload;
  }

  test.each([
    ['a text', 'a ${b}\n', { content: 'a $${b}\n' }],
    ['bytes that are a text', Buffer.from('ä\r\n'), { content: 'ä\r\n' }],
    ['bytes that are none', latin1, { content_base64: 'LS0g/Ao=' }],
    ['bytes of another view', new Uint8Array([0, 255]), { content_base64: 'AP8=' }],
    ['a text with a NUL byte', 'a\0b', { content_base64: 'YQBi' }],
    [
      'bytes that look like a reference',
      Buffer.from('${TfToken[TOKEN.0]}'),
      { content_base64: 'JHtUZlRva2VuW1RPS0VOLjBdfQ==' },
    ],
    ['nothing', '', { source: '/dev/null' }],
  ])('%s', (_what, content, sent) => {
    expect(upload(content)).toEqual([{ file: '/etc/shop/file', ...sent, permissions: '0444' }]);
  });

  test('of other bytes is another revision, and of the same bytes as text the same', () => {
    const contents = ['ab', Buffer.from('ab'), latin1, gzip, ''];
    const revisions = contents.map((content) => {
      const stack = testStack();
      worker(stack).workload.addFile({ path: '/etc/shop/file', content });
      return revision(synth(stack), 'worker');
    });
    expect(revisions[1]).toBe(revisions[0]);
    expect(new Set(revisions).size).toBe(contents.length - 1);
  });

  test.each([
    [
      'that is a number',
      { path: '/etc/x', content: 1 as never },
      'file "/etc/x" must have a string or bytes as its content, got number; give secrets to `addSecret`',
    ],
    [
      'that is numbers of other sizes',
      { path: '/etc/x', content: new Uint16Array(2) as never },
      'file "/etc/x" must have a string or bytes as its content, got object; give secrets to `addSecret`',
    ],
    [
      'in the root itself',
      { path: '/config.yml', content: 'x' },
      'file "/config.yml" lies in "/" itself, where no volume can be mounted; choose a directory below it',
    ],
    [
      'that is half a character',
      { path: '/etc/x', content: '\ud800' },
      'file "/etc/x" contains half of a character (a lone surrogate); remove it, or give bytes, `readFileSync` without an encoding',
    ],
    [
      'that is a script with Windows line ends',
      { path: '/etc/x.sh', content: Buffer.from('#!/bin/sh\r\nid\r\n'), executable: true },
      'script "/etc/x.sh" has Windows line ends, with which no shell runs it; save it with LF, and let git keep them with the line "*.sh text eol=lf" in .gitattributes',
    ],
  ])('and one %s is refused', (_what, file, message) => {
    expect(refusal((stack) => worker(stack).workload.addFile(file))).toBe(`[shop-test/Worker] ${message}`);
  });

  test('and more of them than Terraform can carry are refused', () => {
    const build: Build = (stack) => {
      const { workload } = worker(stack);
      workload.addFile({ path: '/etc/a', content: Buffer.alloc(5 * 1024 ** 2, 255) });
      workload.addFile({ path: '/etc/b', content: 'x'.repeat(4 * 1024 ** 2) });
    };
    expect(refusal(build)).toBe(
      '[shop-test/Worker] has files of 9437184 bytes, and Terraform carries at most 8388608 for one service; bring "/etc/a" ' +
        'in by its image, or let a `Job` fetch it',
    );
  });
});

describe('the folder of init scripts', () => {
  /** A server with a folder of these files, or the folder's refusal. */
  function withFolder<T>(files: Readonly<Record<string, Uint8Array | string>>, then: (build: Build) => T): T {
    const directory = mkdtempSync(join(tmpdir(), 'initdb-'));
    try {
      for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
      mkdirSync(join(directory, '.git'));
      return then((stack) =>
        worker(stack).connectTo(new PostgresService(stack, 'Postgres', { initScripts: directory })),
      );
    } finally {
      rmSync(directory, { recursive: true });
    }
  }

  test('delivers all that the image runs, compressed and in old encodings too', () => {
    const files = {
      '01-schema.sql': 'SELECT 1;\n',
      '02-data.sql.gz': Buffer.from([0x1f, 0x8b]),
      '03-more.sql.xz': Buffer.from([0xfd, 0x37]),
      '04-more.sql.zst': Buffer.from([0xb5, 0x28]),
      '05-latin1.sql': Buffer.from([0xfc, 0x0a]),
      '06-run.sh': '#!/bin/sh\nid\n',
    };
    const uploads = withFolder(files, (build) => {
      const stack = testStack();
      build(stack);
      return container(synth(stack), 'postgres-files').upload as readonly { readonly file: string }[];
    });
    const at = '/docker-entrypoint-initdb.d';
    expect(uploads.filter(({ file }) => file.startsWith(at))).toEqual([
      { file: `${at}/01-schema.sql`, content: 'SELECT 1;\n', permissions: '0444' },
      { file: `${at}/02-data.sql.gz`, content_base64: 'H4s=', permissions: '0444' },
      { file: `${at}/03-more.sql.xz`, content_base64: '/Tc=', permissions: '0444' },
      { file: `${at}/04-more.sql.zst`, content_base64: 'tSg=', permissions: '0444' },
      { file: `${at}/05-latin1.sql`, content_base64: '/Ao=', permissions: '0444' },
      { file: `${at}/06-run.sh`, content: '#!/bin/sh\nid\n', permissions: '0555' },
    ]);
  });

  test.each(['README.md', 'dump.tar', 'data.sql.bz2', 'SCHEMA.SQL'])(
    'names %s, which the image would leave out',
    (name) => {
      expect(withFolder({ [name]: 'x' }, (build) => refusal(build))).toBe(
        '[shop-test/Postgres] init scripts are files called *.sh, *.sql, *.sql.gz, *.sql.xz, *.sql.zst, in one folder, and the ' +
          `image would leave "${name}" out; rename it or move it elsewhere`,
      );
    },
  );

  test('names a shell script with Windows line ends', () => {
    expect(withFolder({ 'a.sh': 'id\r\n' }, (build) => refusal(build))).toBe(
      '[shop-test/Postgres] script "/docker-entrypoint-initdb.d/a.sh" has Windows line ends, with which no shell runs ' +
        'it; save it with LF, and let git keep them with the line "*.sh text eol=lf" in .gitattributes',
    );
  });
});

describe('a text that was made of a missing value is refused', () => {
  test.each([
    'shop/api:undefined',
    'shop/api:null',
    'shop/api:NaN',
    'shop/api:1.2-undefined',
    'registry.example/undefined/api:1.2',
    'undefined.example/api:1.2',
  ])('as an image: %s', (reference) => {
    expect(refusal(() => Image.of(reference))).toBe(
      `image reference "${reference}" is not valid: a value in it was missing when it was put together; state it, or give it a default`,
    );
  });

  test.each(['shop/undefinedness:1', 'shop/nullable:1', 'shop/api:nan'])('and no other: %s', (reference) => {
    expect(Image.of(reference).reference.toString()).toBe(reference);
  });

  const MISSING = '; a value in it was missing when it was put together';
  test.each<[string, Build, string, Partial<Place>]>([
    [
      'host name',
      (stack) => worker(stack, { hostname: 'worker-undefined' }),
      '[shop-test/Worker] hostname must be lower-case letters, digits and inner "-", beginning with a letter, at most 63 characters, got "worker-undefined"',
      {},
    ],
    [
      'domain',
      () => undefined,
      '[shop-test] `domain` must be a lower-case host name such as "app.example.org" or "*.example.org", at most 253 characters, got "undefined.example.org"',
      { domain: 'undefined.example.org' },
    ],
    [
      'volume',
      (stack) => new DataVolume(stack, 'Data', { name: 'data-null' }),
      '[shop-test/Data] volume name must be lower-case letters, digits, "_", "." and "-", starting with a letter or digit, at most 128 characters, got "data-null"',
      {},
    ],
    [
      'secret',
      (stack) => new Secret(stack, 'Key', { name: 'undefined-key' }),
      '[shop-test/Key] secret name must be lower-case letters, digits, "_", "." and "-", starting with a letter or digit, at most 64 characters, got "undefined-key"',
      {},
    ],
  ])('as the name of a %s', (_what, build, message, environment) => {
    expect(refusal(build, environment)).toBe(message + MISSING);
  });
});
