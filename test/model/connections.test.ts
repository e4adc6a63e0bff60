import { Aspects } from 'cdktf';
import type { IConstruct } from 'constructs';
import { ConfigurationError, Duration, PostgresService, ReverseProxy, Secret, Tier } from '../../lib';
import type { EnvironmentStack, IConnectable, IRoutable, Service } from '../../lib';
import { findStartCycle } from '../../lib/model/workload/start-order';
import { api, job, worker } from '../support/services';
import { container, findings, ids, synth, testStack, variables } from '../support/stacks';

const networksOf = (service: Service): readonly string[] =>
  service.workload.networks.map(({ network }) => network.spec.tier);

describe('connecting a service to a database', () => {
  const stack = testStack();
  const postgres = new PostgresService(stack, 'Postgres', { database: 'shop' });
  const consumer = worker(stack);
  consumer.connectTo(postgres);
  const other = worker(stack, {}, 'Other');
  other.connectTo(postgres, { alias: 'ORDERS', access: 'readOnly' });
  const document = synth(stack);

  test('says where it is in the documented variables', () => {
    expect(variables(document, 'worker')).toEqual({
      DATABASE_HOST: 'postgres',
      DATABASE_PORT: '5432',
      DATABASE_NAME: 'shop',
      DATABASE_USER: 'worker',
      DATABASE_PASSWORD_FILE: '/run/secrets/postgres-worker-password',
      DATABASE_URL_FILE: '/run/secrets/postgres-worker-url',
    });
  });

  test('names the variables after the alias', () => {
    expect(Object.keys(variables(document, 'other'))).toEqual([
      'ORDERS_HOST',
      'ORDERS_NAME',
      'ORDERS_PASSWORD_FILE',
      'ORDERS_PORT',
      'ORDERS_URL_FILE',
      'ORDERS_USER',
    ]);
  });

  test('joins the network of the database, and the database joins none', () => {
    expect(networksOf(consumer)).toEqual(['app', 'data']);
    expect(networksOf(postgres)).toEqual(['data']);
  });

  test('delivers a credential of its own, and no other', () => {
    expect(consumer.workload.secrets.map(({ path }) => path)).toEqual([
      '/run/secrets/postgres-worker-password',
      '/run/secrets/postgres-worker-url',
    ]);
    expect(other.workload.secrets.map(({ secret }) => secret.name)).toEqual([
      'postgres-other-password',
      'postgres-other-url',
    ]);
  });

  test('starts after the job that made its role, and that after the server is healthy', () => {
    expect(container(document, 'worker').depends_on).toEqual([
      'docker_container.worker-files',
      'docker_container.postgres-role-worker',
    ]);
    expect(container(document, 'postgres-role-worker').depends_on).toContain('docker_container.postgres');
  });

  test('twice is as good as once', () => {
    const again = testStack();
    const server = new PostgresService(again, 'Postgres', { database: 'shop' });
    const twice = worker(again);
    twice.connectTo(server);
    twice.connectTo(server);
    expect(synth(again).resource.docker_container?.worker).toEqual(container(document, 'worker'));
  });
});

describe('a migration', () => {
  const stack = testStack();
  const postgres = new PostgresService(stack, 'Postgres', { database: 'shop' });
  const service = api(stack, {
    command: ['serve'],
    migrations: { command: ['migrate'], timeout: Duration.minutes(3) },
  });
  service.connectTo(postgres, { export: { DATABASE_URL: 'URL' } });
  new ReverseProxy(stack, 'Proxy').addRoute(service);
  const document = synth(stack);

  test('connects under the credential of its service, in the same way', () => {
    expect(variables(document, 'api-migration')).toEqual(variables(document, 'api'));
    expect(ids(document, 'docker_container').filter((id) => id.startsWith('postgres-role'))).toEqual([
      'postgres-role-api',
      'postgres-role-api-files',
    ]);
  });

  test('ends before a container of its service starts', () => {
    expect(container(document, 'api').depends_on).toContain('docker_container.api-migration');
    expect(container(document, 'api-migration')).toMatchObject({ restart: 'no', must_run: false });
    expect(JSON.stringify(container(document, 'api-migration').provisioner)).toContain(
      ' job --container ${self.id} --timeout 180',
    );
  });
});

describe('an outsider takes part with an object literal', () => {
  test('as the target of a connection', () => {
    const stack = testStack();
    const key = new Secret(stack, 'MailKey');
    const mail: IConnectable = {
      toConnection: ({ consumer, access }) => ({
        alias: 'MAIL',
        host: 'smtp.example.org',
        port: 587,
        properties: { FROM: `${consumer}@example.org`, ACCESS: String(access) },
        secrets: { KEY: key },
      }),
    };
    const consumer = worker(stack);
    consumer.connectTo(mail, { access: 'readWrite' });
    expect(networksOf(consumer)).toEqual(['app']);
    expect(variables(synth(stack), 'worker')).toEqual({
      MAIL_HOST: 'smtp.example.org',
      MAIL_PORT: '587',
      MAIL_FROM: 'worker@example.org',
      MAIL_ACCESS: 'readWrite',
      MAIL_KEY_FILE: '/run/secrets/mail-key',
    });
  });

  test('as the target of a route, with a network of the stack', () => {
    const stack = testStack();
    const legacy: IRoutable = {
      toBackend: (port = 9000) => ({
        upstreams: () => [`legacy:${port}`],
        network: stack.network(Tier.MONITORING),
      }),
    };
    const proxy = new ReverseProxy(stack, 'Proxy');
    proxy.addRoute(legacy);
    proxy.addRoute(legacy, { path: '/admin/*', port: 9001 });
    expect(networksOf(proxy)).toEqual(['edge', 'monitoring']);
    const text = JSON.stringify(container(synth(stack), 'proxy-config').upload);
    expect(text).toContain('legacy:9000');
    expect(text).toContain('legacy:9001');
  });
});

describe('a service that listens', () => {
  test.each([
    ['a job beside it', (stack: EnvironmentStack) => job(stack)],
    ['a worker beside it', (stack: EnvironmentStack) => worker(stack)],
  ])('is reached by %s', (_what, beside) => {
    const stack = testStack();
    api(stack);
    beside(stack);
    expect(findings(stack)).toEqual([]);
  });

  test('is not reached by its own migration', () => {
    const stack = testStack();
    api(stack, { migrations: { command: ['migrate'] } });
    expect(findings(stack)).toHaveLength(1);
  });
});

describe('start order', () => {
  test('a cycle is found wherever the search begins, and given as a closed walk', () => {
    const stack = testStack();
    const [a, b, c, d] = ['A', 'B', 'C', 'D'].map((id) => job(stack, {}, id).workload);
    if (!a || !b || !c || !d) throw new Error('four jobs');
    a.startAfter(b, c);
    b.startAfter(d);
    c.startAfter(d);
    expect(findStartCycle([a, b, c, d])).toBeUndefined();
    d.startAfter(c);
    for (const order of [[a, b, c, d], [d, c, b, a], [b]]) {
      const cycle = findStartCycle(order) ?? [];
      expect([...new Set(cycle)]).toHaveLength(2);
      expect(cycle[0]).toBe(cycle.at(-1));
    }
  });

  test('nothing waits for itself', () => {
    const stack = testStack();
    const one = worker(stack);
    one.workload.startAfter(one.workload);
    expect(one.workload.startsAfter).toEqual([]);
    expect(findings(stack)).toEqual([]);
  });
});

describe('the order of statements', () => {
  /** The same system, said forwards or backwards. */
  function said(order: readonly number[]): object {
    const stack = testStack();
    const postgres = new PostgresService(stack, 'Postgres', { database: 'shop' });
    const consumer = worker(stack, { command: ['run'] });
    const { workload } = consumer;
    const volume = stack.environment.platform.createVolume(stack, 'V', {
      name: 'shop-test-v',
      keep: false,
      data: false,
    });
    const statements: readonly (() => void)[] = [
      () => consumer.connectTo(postgres),
      () => workload.addFile({ path: '/etc/one/a', content: 'a' }),
      () => workload.addFile({ path: '/etc/two/b', content: 'b' }),
      () => workload.variables.addAll({ Z: '1', A: '2' }),
      () => workload.addVolume(volume, '/z'),
      () => workload.addVolume(volume, '/y'),
      () => workload.addBindMount('/srv', '/a'),
      () => workload.joinNetwork(stack.network(Tier.MONITORING), 'x', 'y'),
      () => workload.addSecret(new Secret(stack, 'Key')),
    ];
    for (const index of order) statements[index]?.();
    const document = synth(stack);
    return { revision: document.resource.terraform_data?.['worker-revision'], env: variables(document, 'worker') };
  }

  test('makes no new revision', () => {
    expect(said([8, 7, 6, 5, 4, 3, 2, 1, 0])).toEqual(said([0, 1, 2, 3, 4, 5, 6, 7, 8]));
  });
});

describe('what is added while the stack is synthesized', () => {
  const TOO_LATE =
    '[shop-test/Worker] was added to while the stack is being synthesized, too late to count; add before `app.synth()`';

  const late: readonly (readonly [string, (service: ReturnType<typeof worker>, key: Secret) => void])[] = [
    ['a variable', ({ workload }) => workload.variables.add('A', 'b')],
    ['a file', ({ workload }) => workload.addFile({ path: '/etc/app/a', content: 'x' })],
    ['a directory', ({ workload }) => workload.addBindMount('/srv', '/srv')],
    ['a network', ({ workload, network }) => workload.joinNetwork(network, 'another')],
    ['a secret', ({ workload }, key) => workload.addSecret(key)],
    ['a predecessor', ({ workload }) => workload.startAfter(workload)],
  ];

  test.each(late)('%s is refused', (_what, add) => {
    const stack = testStack();
    const service = worker(stack);
    const key = new Secret(stack, 'Key');
    const visit = (node: IConstruct): void => (node === service ? add(service, key) : undefined);
    Aspects.of(stack).add({ visit });
    expect(findings(stack)).toEqual([TOO_LATE]);
  });

  test('a service is refused', () => {
    const stack = testStack();
    synth(stack);
    expect(() => worker(stack)).toThrow(ConfigurationError);
    expect(() => worker(stack, {}, 'Second')).toThrow(
      '[shop-test/Second] was added while the stack is being synthesized; add it before `app.synth()`',
    );
  });
});
