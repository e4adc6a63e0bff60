import {
  BackupJob,
  BackupRepository,
  Duration,
  MonitoringStack,
  Notification,
  PostgresService,
  ReverseProxy,
  Secret,
  Tls,
} from '../../lib';
import type { ApiService, EnvironmentStack } from '../../lib';
import { dashboardsOf } from '../support/dashboards';
import type { Dashboard } from '../support/dashboards';
import { api, job, worker } from '../support/services';
import { container, ids, synth, testStack, variables } from '../support/stacks';
import type { Document } from '../support/stacks';
import { written, writtenRules } from '../support/written-files';

/** Of all that runs, by what it is; none of them is a word of any file. */
const NAMES = {
  api: 'medlar',
  worker: 'damson',
  job: 'bullace',
  database: 'quince',
  backup: 'sloe',
  proxy: 'sorb',
  prometheus: 'heron',
  alertmanager: 'plover',
  alloy: 'curlew',
  loki: 'dunlin',
  tempo: 'godwit',
  grafana: 'avocet',
  cadvisor: 'bittern',
  nodeExporter: 'egret',
  blackboxExporter: 'grebe',
};
type Names = Readonly<Record<keyof typeof NAMES, string>>;

const objective = { availability: 0.999, latency: { target: 0.99, threshold: Duration.millis(500) } };

function named(names: Names): Document {
  const stack = testStack({ domain: 'shop.example.org', tls: Tls.internal(), edge: { https: 8443 } });
  const part = (name: keyof Names): { readonly hostname: string } => ({ hostname: names[name] });
  const { grafana } = new MonitoringStack(stack, 'Monitoring', {
    notifications: [Notification.webhook({ url: new Secret(stack, 'Hook', { origin: 'supplied' }) })],
    prometheus: part('prometheus'),
    alertmanager: part('alertmanager'),
    alloy: part('alloy'),
    loki: part('loki'),
    tempo: part('tempo'),
    grafana: part('grafana'),
    cadvisor: part('cadvisor'),
    nodeExporter: part('nodeExporter'),
    blackboxExporter: part('blackboxExporter'),
  });
  const source = new PostgresService(stack, 'A', part('database'));
  const service = api(stack, { ...part('api'), metricsPath: '/metrics', traces: true, replicas: 2 }, 'B');
  service.connectTo(source);
  worker(stack, { ...part('worker'), traces: true }, 'C').connectTo(source);
  job(stack, part('job'), 'D');
  new BackupJob(stack, 'E', {
    ...part('backup'),
    source,
    repositories: [BackupRepository.volume()],
    acceptSameHost: 'a test',
  });
  const proxy = new ReverseProxy(stack, 'F', { ...part('proxy'), objective });
  proxy.addRoute(service, { objective });
  if (grafana !== undefined) proxy.addRoute(grafana, { host: 'grafana.example.org' });
  return synth(stack);
}

/** What containers and those who watch them are told: files, variables, logs and control groups. */
function told(document: Document): Readonly<Record<string, unknown>> {
  const containers = Object.entries(document.resource.docker_container ?? {}).map(
    ([id, { upload, env, log_driver, log_opts, cgroup_parent, command }]) =>
      [id, { upload, env, log_driver, log_opts, cgroup_parent, command }] as const,
  );
  return Object.fromEntries(containers);
}

/** As one text, without the digests in the names of dashboards and of the proxy's socket. */
function plain(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll(/\/dashboards-[0-9a-f]+/g, '/dashboards')
    .replaceAll(/\/caddy-[0-9a-f]+\.sock/g, '/caddy.sock');
}

const before = named(NAMES);

test.each(Object.keys(NAMES) as readonly (keyof Names)[])('%s under another name has it everywhere', (part) => {
  const [old, name] = [NAMES[part], 'rowan'];
  const after = named({ ...NAMES, [part]: name });
  expect(plain(before)).toContain(old);
  expect(plain(after)).not.toContain(old);
  expect(JSON.parse(plain(told(after)))).toEqual(JSON.parse(plain(told(before)).replaceAll(old, name)));
});

test('nothing is asked of a name that nothing has', () => {
  const args = JSON.stringify(told(before)).replaceAll(/\\+"/g, "'");
  const all = (pattern: RegExp): readonly string[] => [
    ...new Set([...args.matchAll(pattern)].map(([, name = '']) => name)),
  ];
  const config = written(before, `${NAMES.prometheus}-config`, 'prometheus.yml');
  const jobs = [...config.matchAll(/job_name: (\S+)/g)].map(([, name = '']) => name);
  const { backup, database } = NAMES;
  const hosts = [...Object.values(NAMES), `${database}-exporter`, `${backup}-drill`, 'localhost'];
  const asked: readonly (readonly [readonly string[], readonly string[]])[] = [
    [all(/\bjob='([^']+)'/g), jobs],
    [all(/\bservice=~?'([^'$.][^']*)'/g), hosts],
    [all(/\bhttps?:\/\/([a-z][a-z0-9-]*)(?:\.inside)?[:/]/g), hosts],
    [all(/(?<![\w.-])([a-z][a-z0-9-]*)(?:\.inside)?:[0-9]{4,5}\b/g), hosts],
  ];
  for (const [names, known] of asked) {
    expect(names.filter((name) => !known.includes(name))).toEqual([]);
    expect(names.length).toBeGreaterThan(5);
  }
});

interface Seen {
  readonly jobs: readonly string[];
  /** By what they are about. */
  readonly alerts: readonly string[];
  readonly dashboards: readonly string[];
  /** Of the dashboard of all services. */
  readonly rows: readonly string[];
  readonly logs: readonly string[];
  readonly traces: readonly string[];
  readonly groups: readonly string[];
}

function seen(document: Document): Seen {
  const dashboards = dashboardsOf(document);
  const { panels } = dashboards.overview as Dashboard;
  const running = ids(document, 'docker_container').filter((id) => container(document, id).must_run === true);
  const of = <Value>(read: (id: string) => Value | undefined): readonly Value[] =>
    running.flatMap((id) => read(id) ?? []) as readonly Value[];
  return {
    jobs: [...written(document, 'prometheus-config', 'prometheus.yml').matchAll(/job_name: (\S+)/g)].map(
      ([, name = '']) => name,
    ),
    alerts: writtenRules(document).map(
      ({ alert, labels: { job: about, task } }) => `${about ?? task ?? 'all'} ${alert}`,
    ),
    dashboards: Object.keys(dashboards),
    rows: panels.filter(({ type }) => type === 'row').map(({ title }) => title),
    logs: of((id) => /^shop-test (\S+) /.exec((container(document, id).log_opts as { tag?: string }).tag ?? '')?.[1]),
    traces: of((id) => variables(document, id).OTEL_SERVICE_NAME),
    groups: of((id) => container(document, id).cgroup_parent as string | undefined),
  };
}

/** A stack in which everything is watched, and something else besides. */
function watched(...more: readonly ((stack: EnvironmentStack) => unknown)[]): Seen {
  const stack = testStack();
  new MonitoringStack(stack, 'Monitoring');
  api(stack, { metricsPath: '/metrics', traces: true }, 'First');
  new PostgresService(stack, 'Store');
  for (const add of more) add(stack);
  return seen(synth(stack));
}

const CONTAINER = ['ContainerMemoryHigh', 'ContainerThrottled', 'ServiceRestarting'];
const about = (name: string, ...alerts: readonly string[]): readonly string[] => alerts.map((one) => `${name} ${one}`);
const group = (name: string): string => `dockerconstructs-shop.test-${name}.slice`;
const none: Seen = { jobs: [], alerts: [], dashboards: [], rows: [], logs: [], traces: [], groups: [] };

test.each<readonly [string, (stack: EnvironmentStack) => unknown, Seen]>([
  [
    'an API',
    (stack) => api(stack, { metricsPath: '/metrics', traces: true }, 'Orders'),
    {
      ...none,
      jobs: ['orders'],
      alerts: about('orders', 'TargetDown', ...CONTAINER),
      rows: ['orders'],
      logs: ['orders'],
      traces: ['orders'],
      groups: [group('orders')],
    },
  ],
  [
    'a worker that has no metrics and asks for no traces',
    (stack) => worker(stack, {}, 'Orders'),
    {
      ...none,
      alerts: about('orders', 'ServiceDown', ...CONTAINER),
      rows: ['orders'],
      logs: ['orders'],
      groups: [group('orders')],
    },
  ],
  [
    'a database',
    (stack) => new PostgresService(stack, 'Orders', { acceptNoBackup: 'a test' }),
    {
      jobs: ['orders-exporter'],
      alerts: [
        ...about('orders', ...CONTAINER),
        ...about('orders-exporter', 'TargetDown', ...CONTAINER),
        ...about(
          'orders-exporter',
          'PostgresDown',
          'PostgresConnectionsHigh',
          'PostgresTransactionLong',
          'PostgresSlotRetainsLog',
          'PostgresDeadRows',
          'PostgresCollationChanged',
        ),
      ],
      dashboards: ['postgres-orders'],
      rows: ['orders', 'orders-exporter'],
      logs: ['orders', 'orders-exporter'],
      traces: [],
      groups: [group('orders'), group('orders.exporter')],
    },
  ],
  [
    'a backup',
    (stack) => {
      const source = stack.node.findChild('Store') as PostgresService;
      new BackupJob(stack, 'Orders', { source, repositories: [BackupRepository.volume()], acceptSameHost: 'a test' });
    },
    {
      jobs: ['store-orders'],
      alerts: [
        ...about('store-orders', 'TargetDown', ...CONTAINER),
        ...about('store-orders-drill', 'ServiceDown', ...CONTAINER),
        ...['dump', 'drill', 'check'].flatMap((task) =>
          about(task, 'BackupAbsent', 'BackupFailed', 'BackupNeverSucceeded', 'BackupTooOld', 'BackupUnfinished'),
        ),
        'dump BackupShrank',
      ],
      dashboards: ['backups'],
      rows: ['store-orders', 'store-orders-drill'],
      logs: ['store-orders', 'store-orders-drill'],
      traces: [],
      groups: [group('store.orders'), group('store.orders.drill')],
    },
  ],
  [
    'a proxy with a route',
    (stack) => new ReverseProxy(stack, 'Orders').addRoute(stack.node.findChild('First') as ApiService),
    {
      jobs: ['orders', 'blackbox-exporter', 'blackbox-exporter-routes'],
      alerts: [
        ...about('orders', 'TargetDown', 'ErrorRatioHigh', ...CONTAINER),
        ...about('blackbox-exporter', 'TargetDown', ...CONTAINER),
        'blackbox-exporter-routes RouteDown',
      ],
      dashboards: [],
      rows: ['orders', 'blackbox-exporter'],
      logs: ['orders', 'blackbox-exporter'],
      traces: [],
      groups: [group('orders'), group('blackbox.exporter')],
    },
  ],
])('%s is watched without another line', (_, add, gained) => {
  const [before, after] = [watched(), watched(add)];
  const keys = Object.keys(before) as readonly (keyof Seen)[];
  const more = (key: keyof Seen): readonly string[] =>
    after[key].filter((one) => !before[key].includes(one)).toSorted();
  for (const key of keys) expect(after[key]).toEqual(expect.arrayContaining([...before[key]]));
  const found = keys.map((key) => [key, more(key)]);
  expect(found).toEqual(keys.map((key) => [key, gained[key].toSorted()]));
});
