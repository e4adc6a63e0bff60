// Slow: synthesizes many stacks with monitoring.

import * as fc from 'fast-check';
import {
  ApiService,
  BackupJob,
  BackupRepository,
  Duration,
  HealthCheck,
  Image,
  MonitoringStack,
  Notification,
  PostgresService,
  ReverseProxy,
  Secret,
  Tls,
  WorkerService,
} from '../../lib';
import type { EnvironmentStack } from '../../lib';
import { containerLabels } from '../../lib/config';
import { choices, dashboardsOf, queries } from '../support/dashboards';
import { ExportedMetrics } from '../support/exported-metrics';
import { METRICS } from '../support/labelled-metrics';
import { MONITORING_RULES } from '../support/monitoring-cases';
import { parseSelectors } from '../support/selectors';
import { synth, testStack } from '../support/stacks';
import type { Document } from '../support/stacks';
import { writtenRules } from '../support/written-files';

const IMAGE = Image.of('shop/api:1.4.2');
const KINDS = ['api', 'silent', 'postgres', 'proxy', 'backup'] as const;
const PARTS = ['nodeExporter', 'cadvisor', 'logs', 'tempo', 'blackboxExporter'] as const;

interface Program {
  readonly kinds: readonly (typeof KINDS)[number][];
  readonly tls: Tls;
  readonly without: readonly (typeof PARTS)[number][];
  readonly tells: boolean;
}

/** Everything but one part of the monitoring, with certificates and without; the proxy that comes later has no log. */
const EXAMPLES = PARTS.map((part, index): [Program] => {
  const tls = index % 2 === 0 ? Tls.off() : Tls.internal();
  return [{ kinds: index === 0 ? KINDS : KINDS.toReversed(), tls, without: [part], tells: true }];
});

function add(stack: EnvironmentStack, kind: (typeof KINDS)[number], id: string, logs: boolean): void {
  const healthCheck = HealthCheck.http({ client: 'python', port: 8000 });
  const api = (): ApiService =>
    new ApiService(stack, `${id}-api`, { image: IMAGE, port: 8000, healthCheck, metricsPath: '/metrics' });
  const postgres = (): PostgresService => new PostgresService(stack, id, { acceptNoBackup: 'a test' });
  if (kind === 'api') api();
  if (kind === 'silent') new WorkerService(stack, id, { image: IMAGE });
  if (kind === 'postgres') postgres();
  if (kind === 'backup') {
    const source = new PostgresService(stack, id);
    new BackupJob(stack, `${id}-backup`, {
      source,
      repositories: [BackupRepository.volume()],
      acceptSameHost: 'a test',
    });
  }
  if (kind === 'proxy' && stack.node.tryFindChild('Proxy') === undefined) {
    const objective = { availability: 0.999, latency: { target: 0.99, threshold: Duration.millis(500) } };
    // The first part states it of the proxy, another of the route, which takes logs, the third of both; the fourth has no log.
    const [ofProxy, ofRoute] = [/[02]$/.test(id), logs && /[12]$/.test(id)];
    const accessLog = !id.endsWith('3');
    const proxy = new ReverseProxy(stack, 'Proxy', ofProxy ? { objective, accessLog } : { accessLog });
    proxy.addRoute(api(), ofRoute ? { objective } : {});
  }
}

/** Of the dashboards: what they name and nobody in their stack has, and where they lead to nothing. */
function wrongInDashboards(document: Document, exported: ExportedMetrics): readonly string[] {
  const dashboards = dashboardsOf(document);
  const places = new Set(Object.values(dashboards).map(({ uid }) => uid));
  return Object.entries(dashboards).flatMap(([name, dashboard]) => {
    const links = [...JSON.stringify(dashboard).matchAll(/"\/d\/([\w-]+)/g)].map(([, uid = '']) => uid);
    const found = [
      ...queries(dashboard, 'prometheus').flatMap((expr) => exported.unknown(expr)),
      ...queries(dashboard, 'loki').flatMap((expr) => exported.silent(expr)),
      ...choices(dashboard).filter((service) => !exported.sendsLogs(service)),
      ...links.filter((uid) => !places.has(uid)),
    ];
    return found.map((one) => `${name}: ${one}`);
  });
}

test('no rule and no panel names what nobody in its stack exports', () => {
  const programs = fc.record<Program>({
    kinds: fc.array(fc.constantFrom(...KINDS), { maxLength: 5 }),
    tls: fc.constantFrom(Tls.off(), Tls.internal()),
    without: fc.subarray([...PARTS]),
    tells: fc.boolean(),
  });
  fc.assert(
    fc.property(programs, ({ kinds, tls, without, tells }) => {
      const stack = testStack({ tls });
      const notifications = tells
        ? [Notification.webhook({ url: new Secret(stack, 'Hook', { origin: 'supplied' }) })]
        : [];
      new MonitoringStack(stack, 'Monitoring', {
        notifications,
        ...Object.fromEntries(without.map((part) => [part, false])),
      });
      kinds.forEach((kind, index) => add(stack, kind, `Part${index}`, !without.includes('logs')));
      const document = synth(stack);
      const exported = new ExportedMetrics(document);
      expect(writtenRules(document).flatMap(({ expr }) => exported.unknown(expr))).toEqual([]);
      expect(wrongInDashboards(document, exported)).toEqual([]);
    }),
    { numRuns: 20, examples: EXAMPLES },
  );
});

test('what no rule and no dashboard asks for is all that is left out of what cAdvisor has', () => {
  const [unasked] = containerLabels({ all: '', services: {} });
  const pattern = new RegExp(`^(?:${unasked?.pattern})$`);
  const asked = MONITORING_RULES.flatMap(({ expr }) => parseSelectors(expr).map(({ metric }) => metric));
  expect(asked.length).toBeGreaterThan(40);
  expect([...asked, ...Object.keys(METRICS.cadvisor ?? {})].filter((metric) => pattern.test(metric))).toEqual([]);
});
