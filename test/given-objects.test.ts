import { Construct } from 'constructs';
import { Token } from 'cdktf';
import {
  BackupJob,
  BackupRepository,
  DataVolume,
  Duration,
  EnvironmentStack,
  Image,
  PostgresService,
  Quiesce,
  ReverseProxy,
  Secret,
  Size,
} from '../lib';
import { refusal } from './support/refusal';
import type { Build } from './support/refusal';
import { api, job, worker } from './support/services';
import { container, revision, synth, testApp, testStack, variables } from './support/stacks';
import type { Place } from './support/stacks';

describe('a value of another type is refused with its place', () => {
  const place = '[shop-test/Worker]';
  const typed =
    (props: object): Build =>
    (stack) =>
      worker(stack, props);

  test.each<[string, Build, string]>([
    [
      'an image as a text',
      typed({ image: 'nginx:1' }),
      `${place} \`image\` must be written like Image.of('nginx:1.29.1') or Image.build('api'), got "nginx:1"`,
    ],
    [
      'an image of a database as a text',
      (stack) => new PostgresService(stack, 'Postgres', { image: 'postgres:18' as never }),
      "[shop-test/Postgres] `image` must be written like Image.of('nginx:1.29.1') or Image.build('api'), got \"postgres:18\"",
    ],
    [
      'no image',
      typed({ image: undefined }),
      `${place} \`image\` must be written like Image.of('nginx:1.29.1') or Image.build('api'), got undefined`,
    ],
    [
      'memory as a number',
      typed({ memory: 512 }),
      `${place} \`memory\` must be written like Size.mebibytes(512), got 512`,
    ],
    ['cpus as a number', typed({ cpus: 1 }), `${place} \`cpus\` must be written like Cpus.of(0.5), got 1`],
    [
      'a grace as a text',
      typed({ stopGracePeriod: '10s' }),
      `${place} \`stopGracePeriod\` must be written like Duration.seconds(10), got "10s"`,
    ],
    [
      'a health check as in compose',
      typed({ healthCheck: { test: ['CMD', 'true'] } }),
      `${place} \`healthCheck\` must be written like HealthCheck.command(['/bin/check']), got an object`,
    ],
    [
      'a command as a text',
      typed({ command: 'run --all' }),
      `${place} \`command\` must be a list of strings, got "run --all"`,
    ],
    [
      'a part of an option that is misspelt',
      typed({ logs: { maxSize: Size.mebibytes(1), maxFile: 3 } }),
      `${place} "maxFile" is not an option; write \`maxFiles\``,
    ],
    [
      'an address of a repository as a number',
      () => BackupRepository.rest({ url: 5 } as never),
      '[BackupRepository.rest] `url` must be a string, got 5',
    ],
    [
      'a temporary directory as a text',
      typed({ tmpfs: ['/tmp'] }),
      `${place} \`tmpfs[0]\` must be an object such as { path: '/tmp' }, got "/tmp"`,
    ],
    [
      'a port that is known later',
      (stack) => api(stack, { port: Token.asNumber('${var.port}') }),
      '[shop-test/Api] a port must be a whole number between 1 and 65535, got a value that is known only on deployment (a token)',
    ],
    [
      'a route to a worker',
      (stack) => new ReverseProxy(stack, 'Proxy').addRoute(worker(stack) as never),
      '[shop-test/Proxy] `addRoute` needs something that listens, such as an ApiService, got "shop-test/Worker", which has no `toBackend`',
    ],
    [
      'a connection to a worker',
      (stack) => api(stack).connectTo(worker(stack) as never),
      '[shop-test/Api] `connectTo` needs something to connect to, such as a PostgresService or an ApiService, got "shop-test/Worker", which has no `toConnection`',
    ],
    [
      'a connection to nothing',
      (stack) => api(stack).connectTo(undefined as never),
      '[shop-test/Api] `connectTo` needs something to connect to, such as a PostgresService or an ApiService, got undefined, which has no `toConnection`',
    ],
    [
      'another kind of access',
      (stack) => worker(stack).connectTo(new PostgresService(stack, 'Postgres'), { access: 'read' as never }),
      "[shop-test/Worker] `access` must be 'owner' or 'readWrite' or 'readOnly' or 'monitor', got \"read\"",
    ],
    [
      'replicas that are known later',
      (stack) => api(stack, { replicas: Token.asNumber('${var.replicas}') }),
      '[shop-test/Api] replicas must be a whole number from 1 to 100, got a value that is known only on deployment (a token)',
    ],
    [
      'a connection to itself',
      (stack) => {
        const one = api(stack);
        one.connectTo(one);
      },
      '[shop-test/Api] connects to itself; leave it out',
    ],
    [
      'a backup of a worker',
      (stack) =>
        new BackupJob(stack, 'Backup', { source: worker(stack) as never, repositories: [BackupRepository.volume()] }),
      '[shop-test/Backup] `source` needs a database or a volume, such as a PostgresService or a DataVolume, got "shop-test/Worker", which has no `toBackupSource`',
    ],
    [
      'an environment without a platform',
      () => new EnvironmentStack(testApp(), { system: 'shop', environment: { name: 'dev' } as never }),
      'environment "dev" must have a `platform`, got undefined; write `platform: new Engine()`',
    ],
  ])('%s', (_what, build, message) => {
    expect(refusal(build)).toBe(message);
  });
});

describe('labels', () => {
  const labelsOf = (environment: Partial<Place>, labels?: Readonly<Record<string, string>>): unknown[] => {
    const stack = testStack(environment);
    worker(stack, { labels });
    const all = container(synth(stack), 'worker').labels as readonly { readonly label: string }[];
    return all.filter(({ label }) => !label.startsWith('docker-constructs.'));
  };

  test('of the environment and of the service are on its containers, and the service wins', () => {
    expect(labelsOf({ labels: { team: 'a', tier: 'b' } }, { team: 'c' })).toEqual([
      { label: 'team', value: 'c' },
      { label: 'tier', value: 'b' },
    ]);
  });

  test('make another revision', () => {
    const revisions = [undefined, { team: 'a' }].map((labels) => {
      const stack = testStack({ labels });
      worker(stack);
      return revision(synth(stack), 'worker');
    });
    expect(new Set(revisions).size).toBe(2);
  });

  test('that the gate looks things up by belong to the library', () => {
    const labels = { 'docker-constructs.workload': 'x' };
    const message = 'label "docker-constructs.workload" begins as those of this library do; choose another name';
    expect([refusal((stack) => worker(stack, { labels })), refusal(() => undefined, { labels })]).toEqual([
      `[shop-test/Worker] ${message}`,
      `[shop-test] ${message}`,
    ]);
  });
});

describe('node.addDependency', () => {
  const startsAfter = (build: (stack: EnvironmentStack) => void): unknown => {
    const stack = testStack();
    build(stack);
    return container(synth(stack), 'worker').depends_on;
  };

  test('between services is start order', () => {
    expect(startsAfter((stack) => worker(stack).node.addDependency(job(stack)))).toEqual(['docker_container.job']);
  });

  test('on a group of services waits for all of it, and counts for all of a group', () => {
    const build = (stack: EnvironmentStack): void => {
      const [first, second] = ['First', 'Second'].map((id) => new Construct(stack, id));
      job(first as never);
      worker(second as never);
      second?.node.addDependency(first as Construct);
    };
    expect(startsAfter(build)).toEqual(['docker_container.job']);
  });

  test('on what does not start is refused, and so is a cycle', () => {
    const circle: Build = (stack) => {
      const one = worker(stack);
      const other = job(stack);
      one.node.addDependency(other);
      other.node.addDependency(one);
    };
    expect([
      refusal((stack) => worker(stack).node.addDependency(new DataVolume(stack, 'Data'))),
      refusal(circle),
    ]).toEqual([
      '[shop-test/Worker] depends on "shop-test/Data" by `node.addDependency`, which means start order, and there is no service ' +
        'of this stack in "shop-test/Data"; name services, or leave it out',
      '[shop-test/Worker] start order has a cycle: worker waits for job waits for worker; remove one of these connections',
    ]);
  });
});

describe('a migration', () => {
  test('gets the variables, secrets and files that its service is given afterwards, and keeps its own', () => {
    const stack = testStack();
    const service = api(stack, { command: ['serve'], migrations: { command: ['migrate'] } });
    const key = new Secret(stack, 'SecretKey');
    service.workload.addSecret(key);
    service.workload.exportSecret('SECRET_KEY', key);
    service.workload.variables.addAll({ MODE: 'serve', REGION: 'eu' });
    service.workload.addFile({ path: '/etc/shop/app.toml', content: 'a = 1\n' });
    service.migration?.workload.variables.add('MODE', 'migrate');
    worker(stack).connectTo(service);
    const document = synth(stack);
    expect(variables(document, 'api-migration')).toEqual({ MODE: 'migrate', REGION: 'eu' });
    const { upload } = container(document, 'api-migration-files') as {
      readonly upload: readonly { readonly file: string }[];
    };
    expect(upload.map(({ file }) => file)).toEqual(['/run/secrets/secret-key', '/etc/shop/app.toml']);
    expect(container(document, 'api-migration').entrypoint).toEqual(container(document, 'api').entrypoint);
  });
});

describe('a connection that is asked for before the service is connected', () => {
  const graces = (build: Build): string => {
    const stack = testStack();
    build(stack);
    const script = (container(synth(stack), 'postgres-retire-worker').entrypoint as readonly string[])[2] ?? '';
    return /grace[^0-9]*(\d+ seconds)/.exec(script)?.[1] ?? '';
  };
  const long = { stopGracePeriod: Duration.minutes(5) };

  test('lets earlier logins live as long as the service that is there', () => {
    const build: Build = (stack) => {
      const postgres = new PostgresService(stack, 'Postgres');
      const service = worker(stack, long);
      postgres.toConnection({ consumer: 'worker' });
      service.connectTo(postgres);
    };
    expect(graces(build)).toBe('360 seconds');
  });

  test('is refused where the service comes later, with what to state', () => {
    const build: Build = (stack) => {
      const postgres = new PostgresService(stack, 'Postgres');
      postgres.toConnection({ consumer: 'worker' });
      worker(stack, long).connectTo(postgres);
    };
    expect(refusal(build)).toBe(
      '[shop-test/Postgres/Database-app] "worker" was given a connection before it was known how long it takes to stop, and its ' +
        'earlier logins must live as long; state `stopGracePeriod` in the first `toConnection`, or make the service before it',
    );
  });
});

describe('a volume with data, where data is kept', () => {
  const kept: Partial<Place> = { keepData: true };
  const MESSAGE =
    '[shop-test/Data] has no backup in an environment that keeps its data; add a `BackupJob` of it, or state in `acceptNoBackup` ' +
    'why its data may be lost';

  const volume =
    (acceptNoBackup?: string, saved = false): Build =>
    (stack) => {
      const data = new DataVolume(stack, 'Data', { acceptNoBackup });
      const service = worker(stack, { command: ['run'] });
      data.mountInto(service, '/data');
      if (!saved) return;
      const repositories = [BackupRepository.volume()];
      new BackupJob(stack, 'Backup', {
        source: data,
        repositories,
        quiesce: Quiesce.stop(service),
        acceptSameHost: 'a trial',
      });
    };

  test('has a backup or a reason', () => {
    expect([
      refusal(volume(), kept),
      refusal(volume('a cache'), kept),
      refusal(volume(undefined, true), kept),
      refusal(volume()),
    ]).toEqual([MESSAGE, ...Array.from({ length: 3 }, () => 'nothing was refused')]);
  });

  test('has a reason that says something', () => {
    expect(refusal(volume(' '), kept)).toBe(
      '[shop-test/Data] `acceptNoBackup` is to hold a reason, got " "; state one, or leave it out',
    );
  });

  test('is asked of what the program makes, and not of the certificates of a proxy', () => {
    const build: Build = (stack) => {
      worker(stack, { image: Image.of('shop/worker:1.0') });
      new ReverseProxy(stack, 'Proxy').addRoute(api(stack));
    };
    expect(refusal(build, kept)).toBe('nothing was refused');
  });
});
