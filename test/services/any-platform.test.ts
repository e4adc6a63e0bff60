import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Testing } from 'cdktf';
import {
  BackupJob,
  BackupRepository,
  DataVolume,
  MonitoringStack,
  Notification,
  PostgresService,
  Quiesce,
  ReverseProxy,
  Secret,
} from '../../lib';
import type { EnvironmentStack } from '../../lib';
import { colocated } from '../../lib/model/workload/colocation';
import { plain } from '../support/plain-service';
import { api, job, worker } from '../support/services';
import { findings, ROOT, testStack } from '../support/stacks';
import { TestPlatform, workloadOf } from '../support/test-platform';
import type { TestWorkload } from '../support/test-platform';

/** A stack with each construct of lib/services in it, on a platform that is not an Engine. */
function everyService(platform = new TestPlatform()): EnvironmentStack {
  const stack = testStack({ platform, expose: { postgres: 15_432 } });
  const postgres = new PostgresService(stack, 'Postgres');
  const service = api(stack, {
    migrations: { command: ['migrate'] },
    replicas: 2,
    metricsPath: '/metrics',
    traces: true,
  });
  service.connectTo(postgres, { access: 'readWrite' });
  const writer = worker(stack, { user: '10001:10001', command: ['write'] });
  job(stack).connectTo(postgres.addDatabase('log'), { alias: 'LOG', access: 'readOnly' });
  const [uploads, index] = [new DataVolume(stack, 'Uploads'), new DataVolume(stack, 'Index')];
  uploads.mountInto(writer, '/data');
  index.mountInto(writer, '/index');
  const shared = { repositories: [BackupRepository.volume()], acceptSameHost: 'a test' };
  new BackupJob(stack, 'Backup', { ...shared, source: postgres, pitr: true });
  new BackupJob(stack, 'UploadsBackup', { ...shared, source: uploads, quiesce: Quiesce.stop(writer) });
  const command = ['cp', '/index/a', '/quiesce/copy/a'];
  new BackupJob(stack, 'IndexBackup', {
    ...shared,
    source: index,
    quiesce: Quiesce.command(command, { service: writer }),
  });
  new ReverseProxy(stack, 'Proxy').addRoute(service);
  const hook = new Secret(stack, 'Hook', { origin: 'supplied' });
  new MonitoringStack(stack, 'Monitoring', { notifications: [Notification.webhook({ url: hook })] });
  return stack;
}

/** Names of the classes of constructs in the files of a folder. */
function constructsIn(folder: string): readonly string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const text = files.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
  return [...text.matchAll(/^export class (\w+) extends (?:Service|Construct)\b/gm)].map(([, name]) => name ?? '');
}

const stack = everyService();
const document = JSON.parse(Testing.synth(stack, true)) as Record<string, unknown>;
const of = (hostname: string): TestWorkload => workloadOf(stack, hostname);

/** The facts about a workload that a platform must place and connect. */
function placed(hostname: string): object {
  const { spec, networks, volumeMounts, bindMounts, order } = of(hostname);
  return {
    networks: networks.map(({ network, aliases }) => [network.spec.tier, ...aliases].join(' ')).sort(),
    volumes: volumeMounts.map(({ volume, path, readOnly }) => `${volume.spec.name}:${path}${readOnly ? ':ro' : ''}`),
    directories: bindMounts.map(({ source, path }) => `${source}:${path}`),
    ports: spec.ports.map(({ address, host, container, protocol }) => `${address}:${host}:${container}/${protocol}`),
    after: order,
    onEachHost: spec.onEachHost ?? false,
  };
}

test('each construct of the library is made and settled, and no resource of Terraform', () => {
  const made = new Set(stack.node.findAll().map(({ constructor }) => constructor.name));
  expect(constructsIn(join(ROOT, 'lib', 'services')).filter((name) => !made.has(name))).toEqual([]);
  expect(document.resource).toBeUndefined();
  expect(document.provider).toBeUndefined();
});

const NOWHERE = { volumes: [], directories: [], ports: [], after: [], onEachHost: false };

describe('a workload says what a platform must know to place it', () => {
  test.each([
    ['api', { ...NOWHERE, networks: ['app api', 'data'], after: ['api-migration', 'postgres-role-api'] }],
    [
      'postgres',
      {
        ...NOWHERE,
        networks: ['data postgres'],
        volumes: ['shop-test-postgres-data:/var/lib/postgresql', 'shop-test-postgres-socket:/run/postgresql'],
        ports: ['192.0.2.99:15432:5432/tcp'],
      },
    ],
    [
      'postgres-role-api',
      {
        ...NOWHERE,
        networks: ['data postgres-role-api'],
        volumes: ['shop-test-postgres-socket:/run/postgresql'],
        after: ['postgres'],
      },
    ],
    ['proxy', { ...NOWHERE, networks: ['app', 'edge proxy'], ports: ['192.0.2.99:80:80/tcp'] }],
    [
      'alloy',
      {
        ...NOWHERE,
        networks: ['app alloy', 'monitoring alloy alloy.inside'],
        volumes: ['shop-test-alloy-data:/var/lib/alloy/data'],
        ports: ['192.0.2.99:4000:24224/tcp'],
        onEachHost: true,
      },
    ],
    ['cadvisor', { ...NOWHERE, networks: ['monitoring cadvisor'], directories: ['/sys:/sys'], onEachHost: true }],
    [
      'node-exporter',
      { ...NOWHERE, networks: ['monitoring node-exporter'], directories: ['/:/host'], onEachHost: true },
    ],
    [
      'index-backup-copy',
      {
        ...NOWHERE,
        networks: [],
        volumes: ['shop-test-index:/index:ro', 'shop-test-index-backup-requests:/quiesce'],
        after: ['worker'],
      },
    ],
  ])('%s', (hostname, expected) => {
    expect(placed(hostname)).toEqual(expected);
  });
});

test('what shares a volume stands beside its owner, and nothing else does', () => {
  const names = (hostname: string): readonly string[] =>
    colocated(of(hostname), stack.context.services)
      .map(({ spec }) => spec.hostname)
      .sort();
  expect(names('postgres')).toEqual([
    'postgres-backup',
    'postgres-backup-drill',
    'postgres-backup-receiver',
    'postgres-retire-api',
    'postgres-retire-exporter',
    'postgres-retire-log-job',
    'postgres-role-api',
    'postgres-role-exporter',
    'postgres-role-log-job',
  ]);
  expect(names('index-backup-copy')).toEqual([
    'index-backup',
    'index-backup-drill',
    'uploads-backup',
    'uploads-backup-drill',
    'worker',
  ]);
  expect(names('api')).toEqual([]);
});

test('a service on each host shares no volume with one that runs on a single host', () => {
  const small = testStack({ platform: new TestPlatform() });
  const data = new DataVolume(small, 'Data');
  data.mountInto(plain(small, { onEachHost: true }), '/data');
  data.mountInto(plain(small, { hostname: 'reader' }, 'Reader'), '/data');
  small.prepareStack();
  expect(small.node.findAll().flatMap(({ node }) => node.validate())).toContain(
    'runs on each host and shares a volume with "reader", which runs on one; give it a volume of its own, or leave ' +
      '`onEachHost` out',
  );
});

test('Prometheus asks for each container under the name that the platform gives', () => {
  const text = of('prometheus').contents.get('/etc/prometheus/prometheus.yml') ?? '';
  expect(text).toContain('tasks.api');
});

test('the proxy sends to the names that the platform gives', () => {
  expect([...of('proxy').contents.values()].join(' ')).toMatch(/\btasks\.api\b/);
});

test('the collector receives what the platform sends, and reads its tags', () => {
  const text = of('alloy').contents.get('/etc/alloy/config.alloy') ?? '';
  expect(text).toContain('otelcol.receiver.fluentforward');
  expect(text).toContain('^test shop-test (?P<service>');
  expect(of('api').observation).toEqual({ logTransport: { kind: 'forward', port: 4000 }, measured: true });
});

describe('advice', () => {
  const texts = stack.context.services.flatMap(({ hostname }) => [
    ...of(hostname).contents.values(),
    ...(of(hostname).spec.entrypoint ?? []),
    ...(of(hostname).spec.command ?? []),
  ]);
  const all = texts.join('\n');

  test('names the commands of the platform', () => {
    const commands = new Set([...all.matchAll(/testctl ([a-z]+)/g)].map(([, name]) => name));
    expect([...commands].sort()).toEqual(['disk', 'logs', 'show', 'tasks', 'usage', 'users']);
    expect(all).toContain('See with `testctl tasks api` whether api runs and is healthy, then read its log.');
  });

  test('names no command of Docker, and no driver or group of its engine', () => {
    expect(all.match(/docker (?:ps|logs|inspect|stats|system|volume|exec)|splunk|[.]slice/g)).toBeNull();
  });
});

test('a server of another major version is refused by the labels that the platform knows', () => {
  const platform = new TestPlatform();
  platform.deployed = { postgres: new Map([['docker-constructs.postgres-major', '17']]) };
  expect(findings(everyService(platform))).toEqual([
    '[shop-test/Postgres] the image runs PostgreSQL 18, the deployed data volume holds 17; a server cannot read the ' +
      'files of another major version. Keep an image of version 17, or move the data first ' +
      '(docs/postgres-service.md, "Major versions")',
  ]);
});
