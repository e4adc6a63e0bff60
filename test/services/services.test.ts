import { tmpdir } from 'node:os';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Cpus, Duration, HealthCheck, Image, PostgresService, ReverseProxy, Secret, Size, Tier } from '../../lib';
import type { ApiServiceProps, RuntimeProps } from '../../lib';
import { describeWith, requireProgram } from '../support/programs';
import { api, job, worker } from '../support/services';
import { container, ids, synth, testStack } from '../support/stacks';
import { startWords } from '../support/start-words';
import type { Document, Place } from '../support/stacks';

function rendered(props: Partial<ApiServiceProps> = {}, environment: Partial<Place> = {}): Document {
  const stack = testStack(environment);
  new ReverseProxy(stack, 'Proxy').addRoute(api(stack, props));
  return synth(stack);
}

describe('how any service runs', () => {
  const said: Required<RuntimeProps> = {
    hostname: 'mine',
    memory: Size.mebibytes(96),
    cpus: Cpus.of(0.25),
    pidsLimit: 77,
    ulimits: [{ name: 'nofile', soft: 1024, hard: 4096 }],
    user: '1000:1000',
    readOnlyRootFilesystem: false,
    tmpfs: [{ path: '/scratch' }],
    capabilities: ['CHOWN'],
    stopGracePeriod: Duration.seconds(3),
    logs: { maxSize: Size.mebibytes(2), maxFiles: 4 },
    environment: { A: 'b' },
    labels: { team: 'shop' },
    alerts: { maxMemoryUsage: 0.7 },
  };
  const expected = {
    hostname: 'mine',
    memory: 96,
    cpu_quota: 25000,
    ulimit: [{ name: 'nofile', soft: 1024, hard: 4096 }],
    user: '1000:1000',
    read_only: false,
    tmpfs: { '/scratch': 'rw,noexec,nosuid,nodev,mode=1777' },
    capabilities: { drop: ['ALL'], add: ['CAP_CHOWN'] },
    stop_timeout: 3,
    log_opts: { 'max-size': '2m', 'max-file': '4' },
    env: expect.arrayContaining(['A=b']) as unknown,
    labels: expect.arrayContaining([{ label: 'team', value: 'shop' }]) as unknown,
  };

  test.each([
    [
      'ApiService',
      (stack: ReturnType<typeof testStack>) => new ReverseProxy(stack, 'Proxy').addRoute(api(stack, said)),
    ],
    ['WorkerService', (stack: ReturnType<typeof testStack>) => worker(stack, said)],
    ['Job', (stack: ReturnType<typeof testStack>) => job(stack, said)],
    [
      'PostgresService',
      (stack: ReturnType<typeof testStack>) =>
        worker(stack).connectTo(
          new PostgresService(stack, 'Postgres', { ...said, settings: { shared_buffers: Size.mebibytes(24) } }),
        ),
    ],
  ])('%s does all that it is told', (_name, build) => {
    const stack = testStack();
    build(stack);
    expect(container(synth(stack), 'mine')).toMatchObject(expected);
  });

  test('ReverseProxy does all that it is told', () => {
    const stack = testStack();
    new ReverseProxy(stack, 'Proxy', { ...said, hostname: 'edge' }).addRoute(api(stack));
    expect(container(synth(stack), 'edge')).toMatchObject({ ...expected, hostname: 'edge' });
  });

  test('without a word: as the image says, hardened', () => {
    const stack = testStack();
    worker(stack);
    const block = container(synth(stack), 'worker');
    expect(block).toMatchObject({ read_only: true, memory: 512, cpu_quota: 100000, stop_timeout: 10, init: true });
    expect(block).toMatchObject({
      tmpfs: { '/tmp': 'rw,noexec,nosuid,nodev,mode=1777' },
      capabilities: { drop: ['ALL'] },
    });
    for (const unsaid of ['user', 'command', 'entrypoint', 'env', 'ports', 'volumes', 'healthcheck', 'stop_signal']) {
      expect(block).not.toHaveProperty(unsaid);
    }
  });
});

describe('ApiService', () => {
  const source = { directory: tmpdir(), path: '/app', command: ['serve', '--reload'] };

  test('publishes nothing, and has half a minute for requests in flight', () => {
    const block = container(rendered(), 'api');
    expect(block).not.toHaveProperty('ports');
    expect(block).toMatchObject({
      stop_timeout: 30,
      healthcheck: { test: ['CMD', '/bin/check'], start_period: '20s' },
    });
  });

  test('is exposed on the loopback address where the environment says so, and then stops first', () => {
    const document = rendered({}, { expose: { api: 18000 } });
    expect(container(document, 'api').ports).toEqual([
      { internal: 8000, external: 18000, ip: '127.0.0.1', protocol: 'tcp' },
    ]);
    expect(ids(document, 'terraform_data')).toContain('api-handover');
  });

  test('runs its source where the environment wants that, and its image elsewhere', () => {
    const dev = container(rendered({ source, command: ['serve'] }, { sourceMounts: true }), 'api');
    expect(dev).toMatchObject({
      command: ['serve', '--reload'],
      volumes: [{ host_path: tmpdir(), container_path: '/app', read_only: true }],
    });
    const elsewhere = container(rendered({ source, command: ['serve'] }), 'api');
    expect(elsewhere.command).toEqual(['serve']);
    expect(elsewhere).not.toHaveProperty('volumes');
  });

  test('says where its metrics are, if it has any', () => {
    const stack = testStack();
    const [with_, without] = [api(stack, { metricsPath: '/metrics' }), api(stack, {}, 'Other')];
    const [{ network, workload, ...target } = {}, ...others] = with_.toScrapeTargets();
    expect([target, ...others]).toEqual([{ job: 'api', host: 'api', port: 8000, path: '/metrics' }]);
    expect([network === stack.network(Tier.APP), workload === with_.workload]).toEqual([true, true]);
    expect(without.toScrapeTargets()).toEqual([]);
  });

  test('can be connected to under its own name', () => {
    const stack = testStack();
    const orders = api(stack, { hostname: 'order-api', port: 9000 });
    const consumer = worker(stack);
    consumer.connectTo(orders);
    const document = synth(stack);
    expect(container(document, 'worker').env).toEqual(['ORDER_API_HOST=order-api', 'ORDER_API_PORT=9000']);
    expect(container(document, 'worker').depends_on).toEqual(['docker_container.order-api']);
  });

  test('migrates with its own image, limits and variables', () => {
    const document = rendered({ environment: { A: 'b' }, user: '7', migrations: { command: ['migrate'] } });
    expect(container(document, 'api-migration')).toMatchObject({
      image: container(document, 'api').image,
      command: ['migrate'],
      env: ['A=b'],
      user: '7',
      memory: 128,
      restart: 'no',
    });
    expect(container(document, 'api-migration')).not.toHaveProperty('healthcheck');
  });
});

describe('WorkerService', () => {
  test('is cut over unless two versions must not work side by side', () => {
    const stopsFirst = (overlap?: boolean): boolean => worker(testStack(), { overlap }).workload.stopsFirst;
    expect([stopsFirst(), stopsFirst(true), stopsFirst(false)]).toEqual([false, false, true]);
  });

  test('has as many containers as it says', () => {
    const stack = testStack();
    worker(stack, { replicas: 2 });
    expect(ids(synth(stack), 'docker_container')).toEqual(['worker', 'worker-2']);
  });

  test('is waited for as long as its health check allows, and half a minute more', () => {
    const check = HealthCheck.shell('true', {
      startPeriod: Duration.seconds(10),
      interval: Duration.seconds(2),
      timeout: Duration.seconds(1),
      retries: 5,
    });
    const patience = (healthCheck?: HealthCheck): number =>
      worker(testStack(), { healthCheck }).workload.spec.healthTimeout.toMillis() / 1000;
    expect([patience(), patience(check)]).toEqual([60, 10 + 5 * (2 + 1) + 30]);
  });
});

describe('Job', () => {
  test('has ten minutes unless it says otherwise, and lives in the tier it names', () => {
    const [usual, other] = [job(testStack()), job(testStack(), { timeout: Duration.hours(1), tier: Tier.DATA })];
    expect([usual, other].map(({ workload }) => workload.spec.healthTimeout.toMillis() / 60_000)).toEqual([10, 60]);
    expect([usual, other].map(({ network }) => network.spec.tier)).toEqual(['app', 'data']);
  });
});

/** Starts what the container would start, with the secrets in files of a directory of the test. */
describeWith('sh', 'a program that reads its secrets from variables only', () => {
  function startedWith(
    files: Readonly<Record<string, string>>,
    command: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): ReturnType<typeof spawnSync> {
    const stack = testStack();
    const { workload } = worker(stack, { command, environment });
    workload.exportSecret('TOKEN', new Secret(stack, 'Token'));
    workload.exportSecret('OTHER_KEY', new Secret(stack, 'OtherKey'));
    const document = synth(stack);
    const { entrypoint } = container(document, 'worker') as Record<'entrypoint', string[]>;
    const rest = startWords(document, 'worker');
    expect(entrypoint[0]).toBe('/bin/sh');
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'secrets-'));
    try {
      for (const [name, value] of Object.entries(files)) fs.writeFileSync(path.join(directory, name), value);
      const args = [...entrypoint.slice(1), ...rest].map((word) =>
        word.replaceAll('/run/secrets', '.').replace(/\$\$\{/g, '${'),
      );
      const options = { cwd: directory, encoding: 'utf8', env: { PATH: process.env.PATH, ...environment } } as const;
      return spawnSync(requireProgram('sh'), args, options);
    } finally {
      fs.rmSync(directory, { recursive: true });
    }
  }

  test('starts with them, whatever they contain, and with its own words', () => {
    const token = `it's "$HOME" \\ \`id\` $(id) * %s\nsecond line`;
    const print = 'printf "%s|" "$TOKEN" "$OTHER_KEY" "$@"';
    const { stdout, status } = startedWith({ token, 'other-key': 'b' }, [
      'sh',
      '-c',
      print,
      'sh',
      'one two',
      '${three}',
      '*',
    ]);
    expect({ stdout, status }).toEqual({ stdout: `${token}|b|one two|\${three}|*|`, status: 0 });
  });

  test('keeps variables whose names no shell can hold', () => {
    const { stdout } = startedWith({ token: 'a', 'other-key': 'b' }, ['env'], {
      'discovery.type': 'one ${two}',
      PLAIN: 'c',
    });
    expect(stdout.toString().split('\n')).toEqual(
      expect.arrayContaining(['discovery.type=one ${two}', 'PLAIN=c', 'TOKEN=a']),
    );
  });

  test('becomes process 1 of its own, so that signals reach it', () => {
    const { stdout } = startedWith({ token: 'a', 'other-key': 'b' }, [
      'sh',
      '-c',
      'cat /proc/$$/cmdline | tr "\\0" " "',
    ]);
    expect(stdout).toMatch(/^sh -c cat/);
  });

  test('does not start without one of them', () => {
    const { status, stdout, stderr } = startedWith({ token: 'a' }, ['echo', 'started']);
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('other-key');
  });

  test('shows none of them to who inspects the container', () => {
    const stack = testStack();
    const { workload } = worker(stack, { command: ['run'], image: Image.of('shop/legacy:1') });
    workload.exportSecret('TOKEN', new Secret(stack, 'Token'));
    const document = synth(stack);
    const { entrypoint, env } = container(document, 'worker');
    expect(entrypoint).toEqual([
      '/bin/sh',
      '-c',
      'TOKEN="$(cat /run/secrets/token && printf x)" && export TOKEN="$${TOKEN%x}" || exit 1; exec "$@"',
      'start',
    ]);
    expect(startWords(document, 'worker')).toEqual(['run']);
    expect(env).toBeUndefined();
  });

  test.each([
    ['nothing', {}, ['/entry', 'by-default']],
    ['a command', { command: ['run', '${me}'] }, ['/entry', 'run', '$${me}']],
    ['an entry point', { entrypoint: ['/other'] }, ['/other']],
    ['both', { entrypoint: ['/other'], command: ['run'] }, ['/other', 'run']],
  ] as const)('starts what the image says beside %s that is stated', (_, props, args) => {
    const stack = testStack();
    worker(stack, props).workload.exportSecret('TOKEN', new Secret(stack, 'Token'));
    const ofImage = { entrypoint: ['/entry'], command: ['by-default'] };
    expect(startWords(synth(stack), 'worker', ofImage)).toEqual(args);
  });

  test('keeps its container where the carrier is made again', () => {
    const stack = testStack();
    worker(stack).workload.exportSecret('TOKEN', new Secret(stack, 'Token'));
    const { lifecycle } = container(synth(stack), 'worker') as { lifecycle: { ignore_changes: string[] } };
    expect(lifecycle.ignore_changes).toEqual(['name', 'log_opts', 'ulimit', 'command']);
  });
});
