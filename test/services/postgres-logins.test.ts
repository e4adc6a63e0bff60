import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Duration, MonitoringStack, PostgresService, ReverseProxy } from '../../lib';
import type { EnvironmentStack } from '../../lib';
import { api, worker } from '../support/services';
import { container, NO_SECRETS, synth, testStack, variables } from '../support/stacks';
import type { Document } from '../support/stacks';

const server = (stack: EnvironmentStack): PostgresService =>
  new PostgresService(stack, 'Postgres', { database: 'shop' });

/** A stack with one consumer, whose values lie in this folder. */
function connected(secretsDirectory: string): EnvironmentStack {
  const stack = testStack({}, { secretsDirectory });
  worker(stack).connectTo(server(stack));
  return stack;
}

function scriptOf(document: Document, id: string): string {
  return (container(document, id).entrypoint as readonly string[])[2] ?? '';
}

describe('a password', () => {
  /** What the consumer logs in as, in its variable, its URL and the scripts of both jobs. */
  function logins(stack: EnvironmentStack): readonly (string | undefined)[] {
    const document = synth(stack);
    const url = stack.context.secrets.find(({ name }) => name.endsWith('-url'))?.props.parts?.[0];
    const scripts = ['postgres-role-worker', 'postgres-retire-worker'].map(
      (id) => / -v role=(\w+) /.exec(scriptOf(document, id))?.[1],
    );
    return [variables(document, 'worker').DATABASE_USER, /\/\/(\w+):/.exec(String(url))?.[1], ...scripts];
  }

  test('has a login of its own, and an old one names the old login again', () => {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'values-'));
    try {
      const store = testStack({}, { secretsDirectory: directory }).context.secretStore;
      expect(logins(connected(directory))).toEqual(['worker', 'worker', 'worker', 'worker']);
      const seen = ['first', 'second', 'first'].map((value) => {
        store.set('postgres-worker-password', value);
        const [login = '', ...same] = logins(connected(directory));
        expect(login).toBe(`worker_${store.fingerprint('postgres-worker-password').slice(0, 6)}`);
        expect(same).toEqual([login, login, login]);
        return login;
      });
      expect(seen[2]).toBe(seen[0]);
      expect(seen[1]).not.toBe(seen[0]);
    } finally {
      fs.rmSync(directory, { recursive: true });
    }
  });
});

describe('the login of an earlier password', () => {
  const retired = (document: Document, consumer: string): unknown =>
    container(document, `postgres-retire-${consumer}`).depends_on;
  const containers = (...names: readonly string[]): readonly string[] =>
    names.map((name) => `docker_container.${name}`);

  test('is retired when all who use the credential are up, and what sends them requests has left their old version', () => {
    const stack = testStack();
    const postgres = server(stack);
    const service = api(stack, { replicas: 2, command: ['serve'], migrations: { command: ['migrate'] } });
    service.connectTo(postgres);
    worker(stack, { hostname: 'helper' }, 'Helper').connectAs('api', postgres);
    const front = api(stack, { hostname: 'front' }, 'Front');
    front.connectTo(service);
    const alone = worker(stack);
    alone.connectTo(postgres);
    new ReverseProxy(stack, 'Proxy').addRoute(front);
    const document = synth(stack);
    expect(retired(document, 'api')).toEqual([
      ...containers('api', 'api-2', 'api-migration', 'helper', 'front'),
      'terraform_data.proxy-config-reload',
    ]);
    expect(retired(document, 'worker')).toEqual(containers('worker'));
  });

  test('is retired by a job without any secret', () => {
    const job = container(synth(connected(NO_SECRETS)), 'postgres-retire-worker');
    expect(job).toMatchObject({
      must_run: false,
      user: '999:999',
      networks_advanced: [{ name: '${docker_network.data.id}' }],
      volumes: [{ container_path: '/run/postgresql', volume_name: '${docker_volume.postgres-socket.name}' }],
    });
    expect(job.env).toBeUndefined();
  });
});

test('no service has the login of the monitoring', () => {
  const stack = testStack();
  new MonitoringStack(stack, 'Monitoring');
  worker(stack, {}, 'Exporter').connectTo(server(stack), { access: 'monitor' });
  expect(() => synth(stack)).toThrow(
    '[shop-test/Postgres] a service "exporter" connects to it, and so is its monitoring called there; give the service another `hostname`',
  );
});

describe('the limit of connections', () => {
  const limitIn = (document: Document): string | undefined =>
    /^\\set connections (.*)$/m.exec(scriptOf(document, 'postgres-role-worker'))?.[1];

  test('is what the consumer states, and otherwise what the server has left', () => {
    const stated = testStack();
    worker(stated).connectTo(server(stated), { connectionLimit: 7 });
    expect(limitIn(synth(stated))).toBe('7');
    expect(limitIn(synth(connected(NO_SECRETS)))).toBeUndefined();
  });

  test('is stated where the consumer connects first', () => {
    const stack = testStack();
    const postgres = server(stack);
    const service = worker(stack);
    service.connectTo(postgres);
    expect(() => service.connectTo(postgres, { alias: 'SAME', connectionLimit: 7 })).toThrow(
      '"worker" connects twice, with connection limits undefined and 7; ' +
        'a consumer has one role in a database: state `connectionLimit` where it connects first',
    );
  });

  test('must be a whole number', () => {
    const stack = testStack();
    expect(() => worker(stack).connectTo(server(stack), { connectionLimit: 0.5 })).toThrow(
      'a connection limit must be a whole number from 1 to 262143, got 0.5',
    );
  });
});

describe('init scripts', () => {
  test('have the time that is stated', () => {
    const stack = testStack();
    const postgres = new PostgresService(stack, 'Postgres', { initTimeout: Duration.minutes(30) });
    worker(stack).connectTo(postgres);
    expect(container(synth(stack), 'postgres').healthcheck).toMatchObject({ start_period: '30m0s' });
  });
});
