import { Image, PostgresService, Secret } from '../lib';
import type { EnvironmentStack } from '../lib';
import { refusal } from './support/refusal';
import type { Build } from './support/refusal';
import { worker } from './support/services';
import { synth, testStack, variables } from './support/stacks';

/** A server with variables of a compose file. */
const postgresWith =
  (environment: Readonly<Record<string, string>>): Build =>
  (stack) =>
    worker(stack).connectTo(new PostgresService(stack, 'Postgres', { environment }));

/** The sentence about a variable that a construct owns. */
const owned = (key: string, instead: string): string =>
  `[shop-test/Postgres/Workload] environment variable "${key}" belongs to the construct, which decides it; ${instead}`;

const LOGINS =
  'the superuser is "postgres" and has a password that nobody knows; each consumer gets a login of its own with `connectTo`';

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
      new PostgresService(stack, 'Postgres').workload.environment.add('POSTGRES_PASSWORD', 'x');
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

  test('follow the checksums, each quoted for the shell that reads them', () => {
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
      '[shop-test/Worker/Workload] name of an environment variable must be text without "=", blanks and control characters, ' +
        `at most 255 characters, got ${JSON.stringify(key)}`,
    );
  });

  test('that a shell exports stays one that a shell can set', () => {
    const build: Build = (stack) =>
      worker(stack, { command: ['run'] }).workload.exportSecret('discovery.type', new Secret(stack, 'Token'));
    expect(refusal(build)).toBe(
      '[shop-test/Worker/Workload] environment variable that a shell exports must be letters, digits and "_", not starting ' +
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
    expect([{ TOKEN: 'text' }, {}].map((before) => refusal(exporting(before)))).toEqual([
      '[shop-test/Worker/Workload] environment variable "TOKEN" has a value already and is exported from secret "first"; do one of the two',
      '[shop-test/Worker/Workload] environment variable "TOKEN" is exported from secret "first" already; set it once',
    ]);
  });
});
