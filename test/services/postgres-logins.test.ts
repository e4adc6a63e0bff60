import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { MonitoringStack, PostgresService, ReverseProxy } from '../../lib';
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
    const url = stack.secrets.find(({ name }) => name.endsWith('-url'))?.props.parts?.[0];
    const scripts = ['postgres-role-worker', 'postgres-retire-worker'].map(
      (id) => / -v role=(\w+) /.exec(scriptOf(document, id))?.[1],
    );
    return [variables(document, 'worker').DATABASE_USER, /\/\/(\w+):/.exec(String(url))?.[1], ...scripts];
  }

  test('has a login of its own, and an old one names the old login again', () => {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'values-'));
    try {
      const store = testStack({}, { secretsDirectory: directory }).secretStore;
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
    expect(retired(document, 'api')).toEqual(
      containers('api', 'api-2', 'api-migration', 'helper', 'front', 'proxy-config'),
    );
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
