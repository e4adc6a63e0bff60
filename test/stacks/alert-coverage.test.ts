// Slow: synthesizes many stacks with monitoring.

import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import {
  BackupJob,
  BackupRepository,
  DataVolume,
  Duration,
  MonitoringStack,
  Notification,
  PostgresService,
  Quiesce,
  ReverseProxy,
  Secret,
  Tls,
} from '../../lib';
import type { MonitoringStackProps, ServiceLevelObjective } from '../../lib';
import { judged, shapeOf } from '../support/alert-coverage';
import { mnemolite } from '../support/mnemolite';
import { api, worker } from '../support/services';
import { ROOT, synth, testStack } from '../support/stacks';
import type { Document } from '../support/stacks';
import { writtenRules } from '../support/written-files';

// Slow machines run these for a while; nothing here is a measurement.

const OBJECTIVE: ServiceLevelObjective = {
  availability: 0.999,
  latency: { target: 0.99, threshold: Duration.millis(500) },
};

/** Everything that brings rules. */
function full(tls: Tls, objective?: ServiceLevelObjective, props: MonitoringStackProps = {}): Document {
  const stack = testStack({ domain: 'shop.example.org', tls });
  const url = new Secret(stack, 'Hook', { origin: 'supplied' });
  const { grafana } = new MonitoringStack(stack, 'Monitoring', {
    notifications: [Notification.webhook({ url })],
    ...props,
  });
  const source = new PostgresService(stack, 'Postgres');
  const service = api(stack, { metricsPath: '/metrics', traces: true });
  service.connectTo(source);
  worker(stack).connectTo(source);
  const volume = new DataVolume(stack, 'Uploads');
  volume.mountInto(service, '/uploads');
  const repositories = [BackupRepository.volume()];
  new BackupJob(stack, 'Backup', { source, repositories, pitr: true, acceptSameHost: 'a test' });
  new BackupJob(stack, 'Files', {
    source: volume,
    repositories,
    acceptSameHost: 'a test',
    quiesce: Quiesce.none('a test'),
  });
  const proxy = new ReverseProxy(stack, 'Proxy', { objective });
  proxy.addRoute(service, props.logDriver === false ? {} : { objective });
  // Nobody reads the metrics of one that is public.
  if (grafana !== undefined) proxy.addRoute(grafana, { host: 'grafana.example.org' });
  return synth(stack);
}

const loose: ServiceLevelObjective = { availability: 0.9, latency: { target: 0.9, threshold: Duration.seconds(1) } };
const STACKS: readonly (readonly [string, () => Document])[] = [
  ['mnemolite-prod', () => mnemolite('prod')],
  ['a stack with everything, and its own certificates', () => full(Tls.internal(), OBJECTIVE)],
  ['one with certificates by ACME, and loose objectives', () => full(Tls.acme({ email: 'ops@example.org' }), loose)],
  ['one with certificates of files', () => full(Tls.files({ certificate: '/c', key: '/k' }), OBJECTIVE)],
  [
    'one that nobody else measures',
    () => full(Tls.off(), OBJECTIVE, { cadvisor: false, logDriver: false, tempo: false }),
  ],
  ['one whose proxy states nothing', () => full(Tls.off())],
];

const page = readFileSync(path.join(ROOT, 'docs/alerts.md'), 'utf8');

describe.each(STACKS)('Each alert of %s', (_, build) => {
  const rules = writtenRules(build());

  test('is seen by promtool to fire, and to be silent', () => {
    expect(rules.length).toBeGreaterThan(60);
    const shapes = [
      ...new Set(rules.map(({ alert: name, expr, labels: { severity } }) => shapeOf({ name, severity, expr }))),
    ];
    expect(shapes.filter((shape) => !judged('fires').has(shape))).toEqual([]);
    expect(shapes.filter((shape) => !judged('silent').has(shape))).toEqual(['Watchdog none vector(0)']);
  });

  test('has its heading in docs/alerts.md', () => {
    const names = [...new Set(rules.map(({ alert }) => alert))];
    expect(names.filter((name) => !page.includes(`\n### ${name}\n`))).toEqual([]);
  });
});

test('docs/alerts.md tells of no alert that there is not', () => {
  const known = new Set(STACKS.flatMap(([, build]) => writtenRules(build()).map(({ alert }) => alert)));
  const told = [...page.matchAll(/^### (\w+)$/gm)].map(([, name = '']) => name);
  expect(told.filter((name) => !known.has(name))).toEqual([]);
});
