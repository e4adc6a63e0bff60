import * as fc from 'fast-check';
import { parse } from 'yaml';
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
import { COMMON_LABELS, METRICS } from '../support/labelled-metrics';
import { MONITORING_RULES } from '../support/monitoring-cases';
import { groupedLabels, parseSelectors } from '../support/selectors';
import { container, synth, testStack } from '../support/stacks';
import type { Document } from '../support/stacks';

const IMAGE = Image.of('shop/api:1.4.2');
const KINDS = ['api', 'silent', 'postgres', 'proxy', 'backup'] as const;

function add(stack: EnvironmentStack, kind: (typeof KINDS)[number], id: string, logs: boolean): void {
  const healthCheck = HealthCheck.http({ client: 'python', port: 8000 });
  const api = (): ApiService =>
    new ApiService(stack, `${id}-api`, { image: IMAGE, port: 8000, healthCheck, metricsPath: '/metrics' });
  const postgres = (): PostgresService => new PostgresService(stack, id, { acceptNoBackup: 'a test' });
  if (kind === 'api') api();
  if (kind === 'silent') new WorkerService(stack, id, { image: IMAGE });
  if (kind === 'postgres') postgres();
  if (kind === 'backup') {
    const of = new PostgresService(stack, id);
    new BackupJob(stack, `${id}-backup`, { of, to: [BackupRepository.volume()], acceptSameHost: 'a test' });
  }
  if (kind === 'proxy' && stack.node.tryFindChild('Proxy') === undefined) {
    const objective = { availability: 0.999, latency: { share: 0.99, within: Duration.millis(500) } };
    // The first part states it of the proxy, another of the route, which takes logs, and the third of both.
    const [ofProxy, ofRoute] = [/[02]$/.test(id), logs && /[12]$/.test(id)];
    const proxy = new ReverseProxy(stack, 'Proxy', ofProxy ? { objective } : {});
    proxy.addRoute(api(), ofRoute ? { objective } : {});
  }
}

interface File {
  readonly file: string;
  readonly content: string;
}

function texts(document: Document): { readonly config: string; readonly rules: string } {
  const uploads = container(document, 'prometheus-config').upload as readonly File[];
  const of = (name: string): string => uploads.find(({ file }) => file.endsWith(`/${name}.next`))?.content ?? '';
  return { config: of('prometheus.yml'), rules: of('rules.yml') };
}

/** Whose metrics have the label `job`; the others have their own name. */
const PARTS: readonly (readonly [RegExp, string])[] = [
  [/^node-exporter$/, 'nodeExporter'],
  [/^blackbox-exporter-routes$/, 'blackboxExporter'],
  [/^proxy$/, 'caddy'],
  [/-exporter$/, 'postgresExporter'],
  [/-backup$/, 'backup'],
];

function exportedBy(job: string): Readonly<Record<string, string>> {
  const [, part = job] = PARTS.find(([pattern]) => pattern.test(job)) ?? [];
  return { ...METRICS.all, ...METRICS[part] };
}

/** What a rule names, and nobody in the stack exports. */
function unknown(expr: string, jobs: ReadonlySet<string>): readonly string[] {
  const selectors = parseSelectors(expr);
  const known = selectors.map(({ metric, equal: { job } }) => {
    // What is counted from logs is told by who reads them.
    if (job === undefined) return jobs.has('alloy') ? METRICS.accessLog?.[metric] : undefined;
    return jobs.has(job) ? exportedBy(job)[metric] : undefined;
  });
  const labels = new Set([...COMMON_LABELS, ...known.flatMap((own) => own?.split(',') ?? [])]);
  return [
    ...selectors.flatMap(({ metric }, index) => (known[index] === undefined ? [metric] : [])),
    ...[...selectors.flatMap((one) => one.labels), ...groupedLabels(expr)].filter(
      (label) => label !== '' && !labels.has(label),
    ),
  ];
}

test('no rule names a metric or a label that nobody in its stack exports', () => {
  const programs = fc.record({
    kinds: fc.array(fc.constantFrom(...KINDS), { maxLength: 5 }),
    tls: fc.constantFrom(Tls.off(), Tls.internal()),
    without: fc.subarray(['nodeExporter', 'cadvisor', 'logs', 'tempo', 'blackboxExporter'] as const),
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
        grafana: false,
        ...Object.fromEntries(without.map((part) => [part, false])),
      });
      kinds.forEach((kind, index) => add(stack, kind, `Part${index}`, !without.includes('logs')));
      const { config, rules } = texts(synth(stack));
      const jobs = new Set([...config.matchAll(/job_name: (\S+)/g)].map(([, name = '']) => name));
      const { groups } = parse(rules) as {
        readonly groups: readonly { readonly rules: readonly { expr: string }[] }[];
      };
      const exprs = groups.flatMap((group) => group.rules.map(({ expr }) => expr));
      expect(exprs.flatMap((expr) => unknown(expr, jobs))).toEqual([]);
    }),
    { numRuns: 15 },
  );
});

test('what no rule and no dashboard asks for is all that is left out of what cAdvisor has', () => {
  const [unasked] = containerLabels('shop-prod', []);
  const pattern = new RegExp(`^(?:${unasked?.pattern})$`);
  const asked = MONITORING_RULES.flatMap(({ expr }) => parseSelectors(expr).map(({ metric }) => metric));
  expect(asked.length).toBeGreaterThan(40);
  expect([...asked, ...Object.keys(METRICS.cadvisor ?? {})].filter((metric) => pattern.test(metric))).toEqual([]);
});
