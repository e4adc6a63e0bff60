import {
  Cpus,
  DataVolume,
  Duration,
  Engine,
  EnvironmentStack,
  Image,
  PostgresService,
  ReverseProxy,
  Secret,
  Size,
  staticUpstreams,
} from '../lib';
import { refusal } from './support/refusal';
import type { Build } from './support/refusal';
import { api, containersOf, job, worker } from './support/services';
import { NO_SECRETS, testApp, testEnvironment, testStack } from './support/stacks';
import type { Place } from './support/stacks';

function proxied(stack: EnvironmentStack): ReverseProxy {
  const proxy = new ReverseProxy(stack, 'Proxy');
  proxy.addRoute(api(stack));
  return proxy;
}

const elsewhere = (stack: EnvironmentStack, system: string): EnvironmentStack =>
  new EnvironmentStack(stack.node.scope as never, {
    system,
    environment: testEnvironment(),
    secretsDirectory: NO_SECRETS,
    encryptedSecretsDirectory: NO_SECRETS,
  });

describe('a mistake is named with its place, what was given and what to do', () => {
  const cases: readonly (readonly [string, Build, string, Partial<Place>?])[] = [
    [
      'a route to a port that the service does not have',
      (stack) => new ReverseProxy(stack, 'Proxy').addRoute(api(stack), { port: 9 }),
      '[shop-test/Api] port 9 is none that the service listens on; use 8000, or add it to `additionalPorts`',
    ],
    [
      'two services of one host name',
      (stack) => [proxied(stack), api(stack, { hostname: 'api' }, 'Other')],
      '[shop-test/Other] hostname "api" is taken by shop-test/Api; set another `hostname`',
    ],
    [
      'two services on one host port',
      (stack) => [proxied(stack), new PostgresService(stack, 'Postgres')],
      '[shop-test/Postgres] host port 127.0.0.1:80/tcp is taken by shop-test/Proxy; publish one of them on another ' +
        'port (`edge` or `expose` of the stack, `logDriver` of a MonitoringStack)',
      { expose: { postgres: 80 } },
    ],
    [
      'one host port on all addresses and on one of them',
      (stack) => [proxied(stack), new PostgresService(stack, 'Postgres')],
      '[shop-test/Postgres] host port 127.0.0.1:5432/tcp is taken by shop-test/Proxy; publish one of them on another ' +
        'port (`edge` or `expose` of the stack, `logDriver` of a MonitoringStack)',
      { edge: { address: '*', http: 5432 }, expose: { postgres: 5432 } },
    ],
    [
      'two kept volumes of one name',
      (stack) => {
        for (const service of [worker(stack, {}, 'A'), worker(stack, {}, 'B')]) {
          new DataVolume(service, 'Data', { acceptNoBackup: 'a cache' }).mountInto(service, '/data');
        }
      },
      '[shop-test/B/Data/Volume] volume name "shop-test-data" is taken by shop-test/A/Data/Volume; give one of them another `name`',
      { keepData: true },
    ],
    [
      'a derived secret of nothing',
      (stack) => new Secret(stack, 'Url', { origin: 'derived' }),
      '[shop-test/Url] a secret of origin "derived", and no other, has `parts`; got origin "derived" without it; ' +
        'state both or neither',
    ],
    [
      'parts of a secret that is generated',
      (stack) => new Secret(stack, 'Url', { parts: ['https://'] }),
      '[shop-test/Url] a secret of origin "derived", and no other, has `parts`; got origin "generated" with it; ' +
        'state both or neither',
    ],
    [
      'a proxy without a route',
      (stack) => new ReverseProxy(stack, 'Proxy'),
      '[shop-test/Proxy] has no route, so every request would be refused; add one with `addRoute`, or remove the proxy',
    ],
    [
      'a route without a backend',
      (stack) => new ReverseProxy(stack, 'Proxy').addRoute(staticUpstreams()),
      '[shop-test/Proxy] route "/*" has no upstream; give its target at least one address',
    ],
    [
      'a service that nothing can reach',
      (stack) => api(stack),
      '[shop-test/Api] nothing can reach "api": nobody connects or routes to it and no port is published; add a ' +
        'route, a `connectTo`, or an entry in `expose` of the stack, or remove the service',
    ],
    [
      'a cycle in start order',
      (stack) => {
        const [a, b, c] = ['A', 'B', 'C'].map((id) => worker(stack, {}, id).workload);
        a?.startAfter(...(b ? [b] : []));
        b?.startAfter(...(c ? [c] : []));
        c?.startAfter(...(a ? [a] : []));
      },
      '[shop-test/A] start order has a cycle: a waits for b waits for c waits for a; remove one of these connections',
    ],
    ['a bad duration', () => Duration.parse('soon'), '"soon" is not a duration; write "500ms", "1m30s", "2h" or "7d"'],
    ['a bad size', () => Size.parse('big'), '"big" is not a size; write "64MiB", "512m" or "1g"'],
    ['bad CPUs', () => Cpus.of(NaN), 'cpus must be a number between 0.01 and 1024, got NaN; 0.5 is half a processor'],
    [
      'a bad image',
      () => Image.of('shop/api'),
      'image reference "shop/api" has neither a tag nor a digest; write for example "shop/api:1.2.3"',
    ],
    [
      'a bad host name',
      (stack) => worker(stack, { hostname: 'My_Worker' }),
      '[shop-test/Worker] hostname must be lower-case letters, digits and inner "-", beginning with a letter, at most 63 characters, got "My_Worker"',
    ],
    [
      'a bad environment name',
      () => testStack({ name: 'dev*' }),
      'environment name must be lower-case letters, digits and inner "-", at most 63 characters, got "dev*"',
    ],
    [
      'a bad variable name',
      (stack) => worker(stack, { environment: { 'LOG LEVEL': 'x' } }),
      '[shop-test/Worker] name of an environment variable must be text without "=", blanks and control characters, ' +
        'at most 255 characters, got "LOG LEVEL"',
    ],
    [
      'a variable without a text',
      (stack) => worker(stack, { environment: { A: undefined as never } }),
      '[shop-test/Worker] environment variable "A" has no text as its value but undefined; write a string, ' +
        'and give secrets to `addSecret` or `connectTo`',
    ],
    [
      'a variable that is too long',
      (stack) => worker(stack, { environment: { A: `${'é'.repeat(65534)}xy` } }),
      '[shop-test/Worker] environment variable "A" takes 131073 bytes, and Linux starts no program with one ' +
        'of more than 131072; write it into a file, with `workload.addFile`',
    ],
    [
      'a host name that says it failed',
      (stack) => worker(stack, { hostname: 'import-failed' }),
      '[shop-test/Worker] host name "import-failed" ends as the names of containers that failed do; choose another name',
    ],
    [
      'a variable set twice',
      (stack) => worker(stack, { environment: { A: '1' } }).workload.variables.add('A', '2'),
      '[shop-test/Worker] environment variable "A" is set twice, to "1" and "2"; set it once, or connect ' +
        'under another alias',
    ],
    [
      'a secret in a text',
      (stack) => worker(stack, { command: ['run', `--key=${String(new Secret(stack, 'Key'))}`] }),
      '[shop-test/Key] secret "key" was used as text, which would write it into the plan; give it to `addSecret` ' +
        '(a file in the container) or `exportSecret` (a variable set from that file)',
    ],
    [
      'a secret in JSON',
      (stack) => worker(stack, { environment: { A: JSON.stringify({ key: new Secret(stack, 'Key') }) } }),
      '[shop-test/Key] secret "key" was used as text, which would write it into the plan; give it to `addSecret` ' +
        '(a file in the container) or `exportSecret` (a variable set from that file)',
    ],
    [
      'a secret as a word of a command',
      (stack) => worker(stack, { command: ['run', new Secret(stack, 'Key') as never] }),
      '[shop-test/Worker] `command[1]` must be a string, got an object',
    ],
    [
      'an upload into a read-only root, by an override',
      (stack) => containersOf(worker(stack).workload)[0]?.addOverride('upload', [{ file: '/a', content: 'x' }]),
      '[shop-test/Worker/Workload/Resource] `upload` into a container with a read-only root filesystem always fails; ' +
        'give files to `addFile` or `addSecret`, which deliver them through a volume',
    ],
    [
      'ports with a network mode that publishes none, by an override',
      (stack) => containersOf(proxied(stack).workload)[0]?.addOverride('network_mode', 'host'),
      '[shop-test/Proxy/Workload/Resource] `ports` with network mode "host", which publishes none; drop one of the two overrides',
    ],
    [
      'a tag that may be moved, where images are pinned',
      (stack) => worker(stack, { image: Image.of('shop/worker:1.0') }),
      '[shop-test/image-worker-716dfb] image "shop/worker:1.0" may be other code tomorrow, and this environment pins its ' +
        'images; write its digest behind the tag: "name:tag@sha256:…"',
      { requireImageDigests: true },
    ],
    [
      'a name in the environment that no service has',
      (stack) => worker(stack),
      '[shop-test] `expose` names "postgress", which is no service of this stack; known are worker\n' +
        '[shop-test] `replicas` names "wrker", which is no service of this stack; known are worker',
      { expose: { postgress: 5432 }, replicas: { wrker: 2 } },
    ],
    [
      'an exposed service without a port',
      (stack) => worker(stack),
      '[shop-test] `expose` names "worker", which has no port to expose; remove the entry',
      { expose: { worker: 5000 } },
    ],
    [
      'a host port that does not exist',
      proxied,
      '[shop-test] a port must be a whole number between 1 and 65535, got 99999',
      { edge: { http: 99999 } },
    ],
    [
      'a host name where an address is meant',
      proxied,
      '[shop-test] `edge.address` must be "*" for all addresses, or an IP address of the host such as "127.0.0.1", got "localhost"',
      { edge: { address: 'localhost' } },
    ],
    [
      'a port that is no number',
      (stack) => api(stack, { port: NaN }),
      '[shop-test/Api] a port must be a whole number between 1 and 65535, got NaN',
    ],
    [
      'replicas that are no number',
      (stack) => worker(stack, { replicas: NaN }),
      '[shop-test/Worker] replicas must be a whole number from 1 to 100, got NaN',
    ],
    [
      'replicas of what owns data',
      (stack) => {
        const volume = stack.environment.platform.createVolume(stack, 'V', { name: 'v', keep: false, data: true });
        worker(stack, { replicas: 2 }).workload.addVolume(volume, '/data');
      },
      '[shop-test/Worker] 2 replicas of "worker", which owns a data volume or a host port and can run only once on one ' +
        'engine; set `replicas` to 1',
    ],
    [
      'no memory',
      (stack) => worker(stack, { memory: Size.bytes(0) }),
      '[shop-test/Worker] memory limit must be a whole number of MiB, at least 6, got 0 bytes; write Size.mebibytes(64)',
    ],
    [
      'a word with a NUL byte',
      (stack) => worker(stack, { command: ['a\0b'] }),
      '[shop-test/Worker] command has a NUL byte in "a\\u0000b"; remove it',
    ],
    [
      'a capability that is none',
      (stack) => worker(stack, { capabilities: ['NET ADMIN'] }),
      '[shop-test/Worker] "NET ADMIN" is no Linux capability; write for example "NET_BIND_SERVICE"',
    ],
    [
      'a temporary directory without a place',
      (stack) => worker(stack, { tmpfs: [{ path: 'tmp' }] }),
      '[shop-test/Worker] temporary directory must be an absolute path below "/", without "//", "..", ":", "," ' +
        'and a "/" at its end, got "tmp"',
    ],
    [
      'two things at one place',
      (stack) => worker(stack).workload.addFile({ path: '/tmp/app.conf', content: 'x' }),
      '[shop-test/Worker] "/tmp" is the place of a temporary directory and of files (`addFile`); move one of them',
    ],
    [
      'two services whose derived names meet',
      (stack) => [worker(stack, { replicas: 2 }, 'A'), worker(stack, { hostname: 'a-2' }, 'B')],
      '[shop-test/B/Workload/Resource] would be the same resource as shop-test/A/Workload/Resource2 ' +
        '(docker_container.a-2); give one of the services another `hostname`',
    ],
    [
      'a name that no resolver could ask for',
      (stack) => new ReverseProxy(stack, 'Proxy').addRoute(api(stack, { hostname: 'a'.repeat(60) })),
      `[shop-test/Api] containers of "${'a'.repeat(60)}" have names of up to 81 characters, and DNS allows 63; ` +
        'choose a shorter `hostname` or `system`',
    ],
    [
      'a job that starts after something of another stack',
      (stack) => job(stack).workload.startAfter(worker(elsewhere(stack, 'other')).workload),
      '[shop-test/Job] cannot use "other-test/Worker", which belongs to another stack; put both into one ' +
        'stack, or connect to its address with an object of your own (`toConnection`)',
    ],
    [
      'the same stack twice',
      (stack) => elsewhere(stack, 'shop'),
      'there is a stack "shop-test" already; give the environment another `name`, or the stack another `system`',
    ],
    [
      'a construct outside of a stack',
      () => api(testApp() as never),
      'stands in no EnvironmentStack; make one (`new EnvironmentStack(app, { system, environment })`) and give it, or a ' +
        'construct in it, as scope',
    ],
    [
      'an engine address that a shell would take apart',
      () => new Engine({ host: 'tcp://$(reboot)' }),
      'Engine host "tcp://$(reboot)" has signs that a shell would interpret; use letters, digits and @%+=:,./_~-',
    ],
    [
      'a PostgreSQL version that nothing tells',
      (stack) => new PostgresService(stack, 'Postgres', { image: Image.of('shop/db:latest') }),
      '[shop-test/Postgres] cannot tell the PostgreSQL version of image "shop/db:latest"; state `majorVersion`, for example 18',
    ],
    [
      'a database twice',
      (stack) => new PostgresService(stack, 'Postgres', { database: 'shop' }).addDatabase('shop'),
      '[shop-test/Postgres] has a database "shop" already; add each one once, and connect to what `addDatabase` returned',
    ],
    [
      'a database of the server itself',
      (stack) => new PostgresService(stack, 'Postgres', { database: 'postgres' }),
      '[shop-test/Postgres/Database-postgres] database "postgres" belongs to the server; choose a name of your own, for example "app"',
    ],
    [
      'replicas of what can run only once',
      (stack) => [proxied(stack), job(stack)],
      '[shop-test] `replicas` names "proxy", which can run only once; remove the entry\n' +
        '[shop-test] `replicas` names "job", which can run only once; remove the entry',
      { replicas: { proxy: 2, job: 2 } },
    ],
    [
      'a base image whose tag may be moved, where images are pinned',
      (stack) => worker(stack, { image: Image.build('stacks/mnemolite/api', { baseImages: { BASE: 'python:3.12' } }) }),
      '[shop-test] base image "python:3.12" (build argument "BASE") may be other code tomorrow, and this environment ' +
        'pins its images; write its digest behind the tag: "name:tag@sha256:…"',
      { requireImageDigests: true },
    ],
    [
      'a database without a backup, where data is kept',
      (stack) => worker(stack).connectTo(new PostgresService(stack, 'Postgres')),
      '[shop-test/Postgres] has no backup in an environment that keeps its data; add a `BackupJob` of it, or state in ' +
        '`acceptNoBackup` why its data may be lost',
      { keepData: true },
    ],
    [
      'a reason for no backup that is none',
      (stack) => new PostgresService(stack, 'Postgres', { acceptNoBackup: ' ' }),
      '[shop-test/Postgres] `acceptNoBackup` is to hold a reason, got " "; state one, or leave it out',
    ],
    [
      'two consumers that would share a role',
      (stack) => {
        const postgres = new PostgresService(stack, 'Postgres', { database: 'shop' });
        worker(stack, { hostname: 'api' }, 'A').connectTo(postgres.addDatabase('log'));
        worker(stack, { hostname: 'api-log' }, 'B').connectTo(postgres);
      },
      '[shop-test/Postgres/Database-shop/Role-api-log] role "api_log" is taken by shop-test/Postgres/Database-log/Role-api; ' +
        'give one of the consumers another `hostname`',
    ],
    [
      'an app on another framework',
      () => {
        const app = testApp();
        app.node.setContext('cdktfVersion', '0.24.0');
        return new EnvironmentStack(app, { system: 'shop', environment: testEnvironment() });
      },
      '[shop-test] the app runs on version "0.24.0" of the framework, docker-constructs on "0.21.0": two copies are installed. ' +
        'For cdktn, import from "cdktf" and write into package.json: "dependencies": {"cdktf": "npm:cdktn@^0.24.0"}, ' +
        '"overrides": {"@cdktf/provider-docker": {"cdktf": "$cdktf"}}',
    ],
  ];

  test.each(cases.map(([what, ...rest]) => ({ what, rest })))('$what', ({ rest: [build, message, environment] }) => {
    expect(refusal(build, environment)).toBe(message);
  });
});

describe('independent mistakes', () => {
  test('are reported together, a line each, in one error', () => {
    const message = refusal(
      (stack) => {
        new ReverseProxy(stack, 'Proxy');
        api(stack);
        worker(stack, { hostname: 'api' }, 'Twin').workload.addFile({ path: '/tmp/x', content: 'x' });
      },
      { expose: { postgres: 1 } },
    );
    expect(message.split('\n')).toEqual([
      '[shop-test] `expose` names "postgres", which is no service of this stack; known are proxy, api, api',
      '[shop-test/Proxy] has no route, so every request would be refused; add one with `addRoute`, or remove the proxy',
      '[shop-test/Twin] hostname "api" is taken by shop-test/Api; set another `hostname`',
      '[shop-test/Twin] "/tmp" is the place of a temporary directory and of files (`addFile`); move one of them',
    ]);
  });

  test('of two resources are reported together too', () => {
    const build: Build = (stack) => {
      for (const container of [...containersOf(worker(stack, { replicas: 2 }).workload)]) {
        container.addOverride('upload', [{ file: '/a', content: 'x' }]);
      }
    };
    expect(
      refusal(build)
        .split('\n')
        .map((line) => line.slice(0, line.indexOf(' '))),
    ).toEqual(['[shop-test/Worker/Workload/Resource]', '[shop-test/Worker/Workload/Resource2]']);
  });
});
