import type { Duration } from '../../values';
import { yamlText } from '../prometheus/yaml-text';

/** A data source of Grafana. */
export interface GrafanaSource {
  readonly kind: 'prometheus' | 'loki' | 'tempo' | 'alertmanager';
  readonly url: string;
}

/** Content of Grafana's file of data sources. */
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

/** Grafana replaces variables in these files: two dollars are one. */
const VALUE = '$${__value.raw}';

/**
 * Returns the file with Grafana's data sources. Each has its kind as its uid, so that a dashboard works in any stack.
 * Grafana removes sources that are no longer in the file.
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
    // Shorter steps have no data, and Prometheus refuses a step of zero.
    timeInterval: `${scrapeInterval.toMillis() / 1000}s`,
    ...(present.has('alertmanager') ? { alertmanagerUid: 'alertmanager' } : {}),
  }),
  loki: (present) => (present.has('tempo') ? { derivedFields: [TRACE_OF_LINE] } : {}),
  tempo: (present) => (present.has('loki') ? { tracesToLogsV2: LINES_OF_SPAN } : {}),
  alertmanager: () => ({ implementation: 'prometheus' }),
};

/** Link from a log line with a trace id to the trace. */
const TRACE_OF_LINE = {
  name: 'Trace',
  matcherType: 'label',
  matcherRegex: 'trace_id',
  url: VALUE,
  datasourceUid: 'tempo',
  urlDisplayLabel: 'See the trace',
};

/** Link from a span to the log lines of its service in the same time. */
const LINES_OF_SPAN = {
  datasourceUid: 'loki',
  spanStartTimeShift: '-1m',
  spanEndTimeShift: '1m',
  tags: [{ key: 'service.name', value: 'service' }],
  filterByTraceID: false,
  filterBySpanID: false,
};

/** Returns the file with the place of the dashboards; Grafana checks it every ten seconds for changes. */
export function renderDashboardProvider(directory: string): string {
  return yamlText({
    apiVersion: 1,
    providers: [
      {
        name: 'stack',
        type: 'file',
        // The next deployment would overwrite changes that users make; they save a copy.
        allowUiUpdates: false,
        disableDeletion: false,
        updateIntervalSeconds: 10,
        options: { path: directory },
      },
    ],
  });
}
