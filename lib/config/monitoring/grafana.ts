import type { Duration } from '../../values';
import { yamlText } from './yaml-text';

/** A store that Grafana asks. */
export interface GrafanaSource {
  readonly kind: 'prometheus' | 'loki' | 'tempo' | 'alertmanager';
  readonly url: string;
}

/** What Grafana reads of how to find its data. */
export interface GrafanaSourcesModel {
  readonly sources: readonly GrafanaSource[];
  readonly scrapeInterval: Duration;
}

type Kind = GrafanaSource['kind'];

const NAMES: Readonly<Record<Kind, string>> = {
  prometheus: 'Prometheus',
  loki: 'Loki',
  tempo: 'Tempo',
  alertmanager: 'Alertmanager',
};

/** Grafana replaces variables in these files: one dollar for two. */
const VALUE = '$${__value.raw}';

/**
 * The file that tells Grafana its data sources. Each has its kind as its uid, so that a dashboard works in any stack.
 * What is no more in the file is removed.
 */
export function renderDataSources({ sources, scrapeInterval }: GrafanaSourcesModel): string {
  const present = new Set(sources.map(({ kind }) => kind));
  return yamlText({
    apiVersion: 1,
    prune: true,
    datasources: sources.map(({ kind, url }) => ({
      name: NAMES[kind],
      uid: kind,
      type: kind,
      access: 'proxy',
      url,
      isDefault: kind === 'prometheus',
      editable: false,
      jsonData: SETTINGS[kind](present, scrapeInterval),
    })),
  });
}

const SETTINGS: Readonly<Record<Kind, (present: ReadonlySet<Kind>, scrapeInterval: Duration) => object>> = {
  prometheus: (present, scrapeInterval) => ({
    httpMethod: 'POST',
    // What is shorter than this has no data. Prometheus refuses what is none.
    timeInterval: `${scrapeInterval.toMillis() / 1000}s`,
    ...(present.has('alertmanager') ? { alertmanagerUid: 'alertmanager' } : {}),
  }),
  loki: (present) => (present.has('tempo') ? { derivedFields: [TRACE_OF_LINE] } : {}),
  tempo: (present) => (present.has('loki') ? { tracesToLogsV2: LINES_OF_SPAN } : {}),
  alertmanager: () => ({ implementation: 'prometheus' }),
};

/** A line that says of which trace it is leads there. */
const TRACE_OF_LINE = {
  name: 'Trace',
  matcherType: 'label',
  matcherRegex: 'trace_id',
  url: VALUE,
  datasourceUid: 'tempo',
  urlDisplayLabel: 'See the trace',
};

/** A span leads to what its service said in the meantime. */
const LINES_OF_SPAN = {
  datasourceUid: 'loki',
  spanStartTimeShift: '-1m',
  spanEndTimeShift: '1m',
  tags: [{ key: 'service.name', value: 'service' }],
  filterByTraceID: false,
  filterBySpanID: false,
};

/** The file that tells Grafana where dashboards are; it looks every ten seconds whether they have changed. */
export function renderDashboardProvider(directory: string): string {
  return yamlText({
    apiVersion: 1,
    providers: [
      {
        name: 'stack',
        type: 'file',
        // Changes of people would be lost with the next deployment: they save a copy.
        allowUiUpdates: false,
        disableDeletion: false,
        updateIntervalSeconds: 10,
        options: { path: directory },
      },
    ],
  });
}
