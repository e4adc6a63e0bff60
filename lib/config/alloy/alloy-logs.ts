import type { LogTransport } from '../../values';
import { alloyBlock, to } from './alloy-text';
import { routeStages } from './alloy-routes';
import type { LoggedProxy } from './alloy-routes';
import { LEVEL_TEMPLATE, LOGFMT_LEVEL, POSTGRES_LEVEL } from './log-levels';

/** Source and destination of an Alloy's logs. */
export interface AlloyLogs {
  readonly path: LogTransport;
  readonly system: string;
  readonly environment: string;
  /**
   * Pattern of the tag of each line of the stack, for RE2. Its groups are `service`, `container` and `version`. Lines
   * of other stacks are dropped.
   */
  readonly tagPattern: string;
  /** Proxies whose access logs name routes. */
  readonly proxies: readonly LoggedProxy[];
  /** Address of Loki: 'http://loki:3100'. */
  readonly loki: string;
}

/** Ports on which Alloy receives logs, inside its container. */
export const LOG_PORTS = { hec: 8088, forward: 24_224 } as const;

/** Directory of the engine's files in Alloy's container. */
export const LOG_FILES = '/containers';
const PROCESS = 'loki.process.lines.receiver';

export function logComponents(logs: AlloyLogs): readonly string[] {
  const { entry, stages } = SOURCES[logs.path.kind]();
  return [
    ...entry,
    alloyBlock('loki.process "lines"', { forward_to: to('loki.write.loki.receiver') }, ...stages, ...lineStages(logs)),
    writer(logs),
  ];
}

interface Source {
  /** Component that receives lines. */
  readonly entry: readonly string[];
  /** Stages that extract `line`, `stream` and `tag` from the received data. */
  readonly stages: readonly string[];
}

const SOURCES: Readonly<Record<LogTransport['kind'], () => Source>> = {
  hec: () => ({
    entry: received('splunkhec', `0.0.0.0:${LOG_PORTS.hec}`, { key: 'loki.format', value: 'raw' }),
    stages: [
      alloyBlock('stage.json', { expressions: { line: 'line', stream: 'source', tag: 'tag' } }),
      alloyBlock('stage.output', { source: 'line' }),
    ],
  }),
  forward: () => ({
    entry: received(
      'fluentforward',
      `0.0.0.0:${LOG_PORTS.forward}`,
      { key: 'loki.format', value: 'raw' },
      { key: 'loki.attribute.labels', value: 'source, fluent.tag' },
    ),
    stages: [
      alloyBlock('stage.template', { source: 'stream', template: '{{ .source }}' }),
      alloyBlock('stage.template', { source: 'tag', template: '{{ .fluent_tag }}' }),
    ],
  }),
  files: () => ({
    entry: filesFound(),
    stages: [
      alloyBlock('stage.json', { expressions: { line: 'log', stream: 'stream', tag: 'attrs.tag', time: 'time' } }),
      alloyBlock('stage.timestamp', { source: 'time', format: 'RFC3339Nano' }),
      alloyBlock('stage.template', { source: 'line', template: '{{ TrimSuffix .Value "\\n" }}' }),
      alloyBlock('stage.output', { source: 'line' }),
    ],
  }),
};

/** Returns a receiver, and the stages that turn its input with attributes into log lines. */
function received(
  receiver: string,
  endpoint: string,
  ...attributes: readonly { readonly key: string; readonly value: string }[]
): readonly string[] {
  return [
    alloyBlock(
      `otelcol.receiver.${receiver} "engine"`,
      { endpoint },
      alloyBlock('output', { logs: to('otelcol.processor.attributes.engine.input') }),
    ),
    alloyBlock(
      'otelcol.processor.attributes "engine"',
      {},
      ...attributes.map(({ key, value }) => alloyBlock('action', { key, action: 'insert', value })),
      alloyBlock('output', { logs: to('otelcol.exporter.loki.engine.input') }),
    ),
    alloyBlock('otelcol.exporter.loki "engine"', { forward_to: to(PROCESS) }),
  ];
}

function filesFound(): readonly string[] {
  const found = { reference: `[{ __path__ = ${JSON.stringify(`${LOG_FILES}/*/*-json.log`)} }]` };
  return [
    alloyBlock('local.file_match "engine"', { path_targets: found }),
    alloyBlock('loki.source.file "engine"', {
      targets: { reference: 'local.file_match.engine.targets' },
      forward_to: to(PROCESS),
    }),
  ];
}

/** Returns the stages that parse each line, from every source. */
function lineStages({ tagPattern, proxies }: AlloyLogs): readonly string[] {
  return [
    alloyBlock('stage.regex', { source: 'tag', expression: tagPattern }),
    alloyBlock('stage.template', { source: 'ours', template: '{{ if .service }}yes{{ else }}no{{ end }}' }),
    alloyBlock('stage.drop', { source: 'ours', value: 'no', drop_counter_reason: 'other_stack' }),
    alloyBlock('stage.drop', { expression: '^\\s*$', drop_counter_reason: 'empty' }),
    alloyBlock('stage.regex', { expression: LOGFMT_LEVEL }),
    alloyBlock('stage.regex', { expression: POSTGRES_LEVEL }),
    alloyBlock('stage.json', {
      expressions: {
        json_level: 'level',
        trace_id: 'trace_id || traceID || traceId',
        span_id: 'span_id || spanID || spanId',
      },
    }),
    alloyBlock('stage.template', { source: 'level', template: LEVEL_TEMPLATE }),
    alloyBlock('stage.labels', { values: { service: '' } }),
    ...routeStages(proxies),
    alloyBlock('stage.labels', { values: { version: '', stream: '' } }),
    alloyBlock('stage.structured_metadata', {
      values: { level: '', trace_id: '', span_id: '', container: '' },
    }),
    alloyBlock('stage.label_keep', { values: ['service', 'version', 'stream'] }),
  ];
}

/** Returns the writer. It retries while Loki is down. Lines that Loki refuses are dropped, and counted. */
function writer({ system, environment, loki }: AlloyLogs): string {
  return alloyBlock(
    'loki.write "loki"',
    { external_labels: { system, environment } },
    alloyBlock('endpoint', {
      url: `${loki}/loki/api/v1/push`,
      batch_wait: '1s',
      max_backoff_period: '10s',
      max_backoff_retries: 0,
      retry_on_http_429: false,
    }),
  );
}
