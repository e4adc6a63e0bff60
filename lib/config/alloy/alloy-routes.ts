import type { AccessLogFields, Relabelling } from '../../values';
import { alloyBlock } from './alloy-text';

/** Prefix of the metrics that Alloy derives from the answers of a proxy. */
const PREFIX = 'proxy_route_';
const DURATION = 'request_duration_seconds';
const REQUESTS = 'requests_total';
export const ROUTE_DURATION: string = `${PREFIX}${DURATION}`;
export const ROUTE_REQUESTS: string = `${PREFIX}${REQUESTS}`;
/** Limits of the buckets, in seconds. */
export const ROUTE_BUCKETS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Time that the counters of a route without requests are kept. */
const KEPT = '720h';

/** A proxy whose access log is read. */
export interface LoggedProxy {
  /** Host name of the proxy. */
  readonly writer: string;
  readonly fields: AccessLogFields;
}

/**
 * Returns stages that count the answers of each route, and their duration, from the access logs of proxies. The
 * proxies' own metrics do not distinguish routes. Proxies with the same fields share a stage.
 */
export function routeStages(proxies: readonly LoggedProxy[]): readonly string[] {
  const expressions = new Map<string, readonly string[]>();
  for (const { writer, fields } of proxies) {
    const key = alloyBlock('stage.json', { expressions: extracted(fields) });
    expressions.set(key, [...(expressions.get(key) ?? []), writer]);
  }
  return [...expressions].map(([extraction, writers]) => routeStage(extraction, writers));
}

function extracted({ service, route, status, duration }: AccessLogFields): Readonly<Record<string, string>> {
  return { target: service, route, code: status, duration };
}

function routeStage(extraction: string, writers: readonly string[]): string {
  return alloyBlock(
    'stage.match',
    { selector: `{service=~"${writers.join('|')}"}` },
    // Label that the receiver adds.
    alloyBlock('stage.label_drop', { values: ['exporter'] }),
    extraction,
    alloyBlock('stage.labels', { values: { route: '', target: '' } }),
    alloyBlock('stage.match', { selector: '{route!=""}' }, ...counted()),
    alloyBlock('stage.label_drop', { values: ['route', 'target'] }),
  );
}

/** Replaces Alloy's own name by the service that answered; for upstreams outside of the stack it is the proxy. */
export const ROUTE_LABELS: readonly Relabelling[] = [
  labelled('proxy', 'exported_service', '$1'),
  labelled('service', 'exported_service', '$1'),
  labelled('service', 'target', '$1'),
  labelled('exported_service', 'exported_service', ''),
  labelled('target', 'target', ''),
];

function labelled(label: string, source: string, text: string): Relabelling {
  return { action: 'replace', source: ['__name__', source], pattern: `${PREFIX}[^;]+;(.+)`, label, text };
}

function counted(): readonly string[] {
  return [
    metric('histogram', {
      name: DURATION,
      description: 'Time from the request to the end of its answer, by route.',
      source: 'duration',
      buckets: ROUTE_BUCKETS,
    }),
    alloyBlock('stage.labels', { values: { code: '' } }),
    metric('counter', {
      name: REQUESTS,
      description: 'Answers, by route and status.',
      source: 'code',
      action: 'inc',
    }),
    alloyBlock('stage.label_drop', { values: ['code'] }),
  ];
}

function metric(kind: 'counter' | 'histogram', body: Parameters<typeof alloyBlock>[1]): string {
  return alloyBlock(
    'stage.metrics',
    {},
    alloyBlock(`metric.${kind}`, { ...body, prefix: PREFIX, max_idle_duration: KEPT }),
  );
}
