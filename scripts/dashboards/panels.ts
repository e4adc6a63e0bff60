import {
  DashboardLinkBuilder,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  DashboardLinkType,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { Panel, ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder as LokiQuery } from '@grafana/grafana-foundation-sdk/loki';
import { PanelBuilder as LogsPanel } from '@grafana/grafana-foundation-sdk/logs';
import { DataqueryBuilder as PrometheusQuery, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatPanel } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TablePanel } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TextPanel } from '@grafana/grafana-foundation-sdk/text';
import { PanelBuilder as TimeseriesPanel } from '@grafana/grafana-foundation-sdk/timeseries';
import {
  BigValueGraphMode,
  ReduceDataOptionsBuilder,
  VizLegendOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import type { JsonObject, PanelTemplate, Place } from '../../lib/config';

/** Data sources have names that stay, so that a dashboard works wherever there is one of the kind. */
export const PROMETHEUS = { type: 'prometheus', uid: 'prometheus' };
export const LOKI = { type: 'loki', uid: 'loki' };

export interface PanelOptions {
  readonly title: string;
  /** Column, line in its row, width, height. */
  readonly at: readonly [x: number, y: number, w: number, h: number];
  readonly needs?: readonly string[];
  readonly unless?: readonly string[];
  readonly description?: string;
  readonly unit?: string;
  readonly decimals?: number;
  /** From which value on it is yellow, and red; downwards where the first is the larger one. */
  readonly bad?: readonly [warning: number, critical: number];
  readonly texts?: Readonly<Record<string, string>>;
  /** Where a click leads: title and address. */
  readonly link?: readonly [title: string, url: string];
}

/** Queries with what their series are called. */
export type Queries = Readonly<Record<string, string>>;

/** One number, as it is now. */
export function stat(options: PanelOptions, expr: string, source: typeof PROMETHEUS = PROMETHEUS): PanelTemplate {
  const panel = new StatPanel()
    .graphMode(BigValueGraphMode.None)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']));
  if (options.texts !== undefined) panel.mappings([textsOf(options.texts)]);
  if (options.bad !== undefined) panel.thresholds(thresholdsOf(options.bad));
  if (options.link !== undefined) panel.dataLinks([linkTo(...options.link)]);
  const query =
    source === LOKI
      ? new LokiQuery().expr(expr).queryType('instant').refId('A').datasource(LOKI)
      : new PrometheusQuery().expr(expr).instant().refId('A').datasource(PROMETHEUS);
  return made(common(panel, options).datasource(source).targets([query]).build(), options);
}

/** Lines over time. */
export function series(options: PanelOptions, queries: Queries): PanelTemplate {
  const panel = new TimeseriesPanel().min(0).legend(new VizLegendOptionsBuilder().showLegend(true));
  const targets = Object.entries(queries).map(([legend, expr], index) =>
    new PrometheusQuery().expr(expr).range().refId(refId(index)).legendFormat(legend).datasource(PROMETHEUS),
  );
  return made(common(panel, options).datasource(PROMETHEUS).targets(targets).build(), options);
}

/** Lines over time, of what is counted in logs. */
export function logSeries(options: PanelOptions, queries: Queries): PanelTemplate {
  const panel = new TimeseriesPanel().min(0).legend(new VizLegendOptionsBuilder().showLegend(true));
  const targets = Object.entries(queries).map(([legend, expr], index) =>
    new LokiQuery().expr(expr).queryType('range').refId(refId(index)).legendFormat(legend).datasource(LOKI),
  );
  return made(common(panel, options).datasource(LOKI).targets(targets).build(), options);
}

/** The series of one query, one in each line. */
export function table(options: PanelOptions, expr: string, hidden: readonly string[]): PanelTemplate {
  const query = new PrometheusQuery()
    .expr(expr)
    .instant()
    .format(PromQueryFormat.Table)
    .refId('A')
    .datasource(PROMETHEUS);
  const panel = common(new TablePanel(), options)
    .datasource(PROMETHEUS)
    .targets([query])
    .transformations([
      {
        id: 'organize',
        options: { excludeByName: Object.fromEntries(['Time', ...hidden].map((name) => [name, true])) },
      },
    ]);
  return made(panel.build(), options);
}

/** Log lines, newest first. */
export function logLines(options: PanelOptions, expr: string): PanelTemplate {
  const query = new LokiQuery().expr(expr).queryType('range').refId('A').datasource(LOKI);
  const panel = new LogsPanel().showTime(true).wrapLogMessage(true).enableLogDetails(true);
  return made(common(panel, options).datasource(LOKI).targets([query]).build(), options);
}

/** Says what cannot be seen. */
export function text(options: PanelOptions, content: string): PanelTemplate {
  return made(common(new TextPanel().content(content), options).build(), options);
}

interface Common<Builder> {
  title(title: string): Builder;
  description(description: string): Builder;
  unit(unit: string): Builder;
  decimals(decimals: number): Builder;
}

function common<Builder extends Partial<Common<Builder>>>(builder: Builder, options: PanelOptions): Builder {
  builder.title?.(options.title);
  if (options.description !== undefined) builder.description?.(options.description);
  if (options.unit !== undefined) builder.unit?.(options.unit);
  if (options.decimals !== undefined) builder.decimals?.(options.decimals);
  return builder;
}

function textsOf(texts: Readonly<Record<string, string>>): ValueMapping {
  const options = Object.entries(texts).map(([value, text], index) => [value, { text, index }]);
  return { type: 'value', options: Object.fromEntries(options) } as ValueMapping;
}

function thresholdsOf([warning, critical]: readonly [number, number]): ThresholdsConfigBuilder {
  const steps =
    warning <= critical
      ? [step(null, 'green'), step(warning, 'yellow'), step(critical, 'red')]
      : [step(null, 'red'), step(critical, 'yellow'), step(warning, 'green')];
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps);
}

const step = (value: number | null, color: string): { readonly value: number | null; readonly color: string } => ({
  value,
  color,
});

function linkTo(title: string, url: string): DashboardLinkBuilder {
  return new DashboardLinkBuilder(title).type(DashboardLinkType.Link).url(url);
}

const refId = (index: number): string => String.fromCharCode('A'.charCodeAt(0) + index);

/** Without what the builders say of what is Grafana's default anyway. */
function made({ transparent: _, repeatDirection: __, ...panel }: Panel, options: PanelOptions): PanelTemplate {
  const [x, y, w, h] = options.at;
  const { needs, unless } = options;
  const gridPos: Place = { x, y, w, h };
  const plain = JSON.parse(JSON.stringify(panel)) as JsonObject;
  return {
    ...(needs === undefined ? {} : { needs }),
    ...(unless === undefined ? {} : { unless }),
    panel: { ...plain, gridPos },
  };
}
