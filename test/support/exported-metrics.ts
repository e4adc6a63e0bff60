import { COMMON_LABELS, METRICS } from './labelled-metrics';
import { groupedLabels, parseSelectors } from './selectors';
import { container, ids } from './stacks';
import type { Document } from './stacks';
import { written } from './written-files';

type Labels = Readonly<Record<string, string>>;

/** Whose metrics have the label `job`; the others have their own name. */
const PARTS: readonly (readonly [RegExp, string])[] = [
  [/^node-exporter$/, 'nodeExporter'],
  [/^blackbox-exporter-routes$/, 'blackboxExporter'],
  [/^proxy$/, 'caddy'],
  [/-exporter$/, 'postgresExporter'],
  [/-backup$/, 'backup'],
];

/** What the parts of one stack export, as far as Prometheus reads it. */
export class ExportedMetrics {
  private readonly byJob: ReadonlyMap<string, Labels>;
  /** From the logs of proxies. */
  private readonly counted: Labels;

  public constructor(private readonly document: Document) {
    const config = written(document, 'prometheus-config', 'prometheus.yml');
    const names = [...config.matchAll(/job_name: (\S+)/g)].map(([, name = '']) => name);
    const absent = [
      ...(names.includes('loki') ? [] : [/^loki_write_/]),
      ...(config.includes('__param_module: https') ? [] : [/^probe_ssl_/]),
    ];
    this.byJob = new Map(names.map((name) => [name, without({ ...METRICS.all, ...METRICS[partOf(name)] }, absent)]));
    this.counted = this.countsRoutes() ? (METRICS.accessLog ?? {}) : {};
  }

  /** What a query names, and nobody in the stack exports; of a service that the stack does not have, nobody does. */
  public unknown(expr: string): readonly string[] {
    const selectors = parseSelectors(expr);
    const known = selectors.map(({ metric, equal }) => this.labelsOf(metric, equal.job));
    const all = new Set([...COMMON_LABELS, ...known.flatMap((own) => own ?? [])]);
    return [
      ...selectors.flatMap(({ metric, labels, equal: { service } }, index) => {
        const own = known[index];
        if (own === undefined) return [metric];
        const strange = labels.filter((label) => !COMMON_LABELS.includes(label) && !own.includes(label));
        return [...strange, ...(service === undefined ? [] : this.strangers([service]))];
      }),
      ...groupedLabels(expr).filter((label) => label !== '' && !all.has(label)),
    ];
  }

  /** Services whose logs a query asks for, and that send none. */
  public silent(expr: string): readonly string[] {
    const asked = [...expr.matchAll(/service="([^"]+)"/g)].map(([, name = '']) => name);
    return this.byJob.has('loki') ? asked.filter((name) => !this.sendsLogs(name)) : ['loki'];
  }

  public sendsLogs(service: string): boolean {
    return this.strangers([service]).length === 0 && container(this.document, service).log_driver === 'splunk';
  }

  private strangers(services: readonly string[]): readonly string[] {
    const known = ids(this.document, 'docker_container');
    return services.filter((name) => !known.includes(name));
  }

  private labelsOf(metric: string, job: string | undefined): readonly string[] | undefined {
    if (job !== undefined && !this.byJob.has(job)) return undefined;
    const named = [...this.byJob].flatMap(([name, own]) => (job === undefined || name === job ? [own] : []));
    // What is counted from logs has the job of whoever reads them; an alert has that of its metrics.
    const all = [...named, METRICS.rules ?? {}, ...(job === undefined ? [this.counted] : [])];
    return all.find((own) => own[metric] !== undefined)?.[metric]?.split(',');
  }

  private countsRoutes(): boolean {
    const alloy = ids(this.document, 'docker_container').includes('alloy-config');
    return alloy && written(this.document, 'alloy-config', 'config.alloy').includes('prefix = "proxy_route_"');
  }
}

function partOf(job: string): string {
  const [, part = job] = PARTS.find(([pattern]) => pattern.test(job)) ?? [];
  return part;
}

function without(metrics: Labels, absent: readonly RegExp[]): Labels {
  return Object.fromEntries(Object.entries(metrics).filter(([name]) => !absent.some((pattern) => pattern.test(name))));
}
