import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask } from './client';
import { selectorsOf } from '../../support/selectors';
import { must } from './command';
import type { Project } from './project';

/** A question that a panel asks. */
export interface PanelQuery {
  readonly dashboard: string;
  readonly panel: string;
  readonly source: string;
  readonly expr: string;
}

interface Panel {
  readonly title: string;
  readonly gridPos: { readonly y: number };
  readonly targets?: readonly { readonly expr: string; readonly datasource: { readonly uid: string } }[];
}

interface Dashboard {
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** All that the dashboards of what was deployed last ask, made by its program also where Grafana itself does not run. */
export async function panelQueries(project: Project): Promise<readonly PanelQuery[]> {
  const output = project.path('dashboards');
  await must(process.execPath, project.app, {
    cwd: project.directory,
    env: { ...process.env, CDKTF_OUTDIR: output, DOCKER_CONSTRUCTS_E2E_GRAFANA: 'yes' },
  });
  const file = join(output, 'stacks', project.stack, 'cdk.tf.json');
  const document = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly resource: {
      readonly docker_container: Record<string, { upload: readonly { readonly content: string }[] }>;
    };
  };
  const uploads = document.resource.docker_container['grafana-config']?.upload ?? [];
  return uploads.flatMap(({ content }) => queriesOf(JSON.parse(content.replaceAll('$${', '${')) as Dashboard));
}

function queriesOf({ title: dashboard, panels }: Dashboard): readonly PanelQuery[] {
  let row = '';
  return panels.flatMap(({ title, targets }) => {
    if (targets === undefined) row = title;
    return (targets ?? []).map(({ expr, datasource }) => ({
      dashboard,
      panel: `${row}: ${title}`,
      source: datasource.uid,
      expr,
    }));
  });
}

/** What Grafana puts in place of its variables, with all services chosen. */
function expanded(expr: string, scrapeSeconds: number): string {
  return expr
    .replaceAll('$__rate_interval', `${4 * scrapeSeconds}s`)
    .replaceAll('$__auto', '1m')
    .replaceAll('$service', '.+')
    .replaceAll('$search', '');
}

/** Where each data source answers, by its uid. */
export type Ports = Readonly<Record<string, number>>;

/** Those to which the data source has no answer, or an empty one, with what it says. */
export async function unanswered(
  queries: readonly PanelQuery[],
  ports: Ports,
  scrapeSeconds: number,
): Promise<readonly string[]> {
  const silent: string[] = [];
  for (const { dashboard, panel, source, expr } of queries) {
    const problem = await problemOf(expanded(expr, scrapeSeconds), source, ports[source] ?? 0);
    if (problem !== undefined) silent.push(`${dashboard} / ${panel}: ${problem}: ${expr}`);
  }
  return silent;
}

/** Of what nothing may have happened yet: an alert, the end of a backup's task, a slot. */
const MAY_BE_ABSENT = /^(ALERTS\{|backup_(?!last_success)|pg_replication_slots_)/;

/** Names of metrics, with the services and the like that they are asked for, that Prometheus knows nothing of. */
export async function unknownSeries(queries: readonly PanelQuery[], ports: Ports): Promise<readonly string[]> {
  const asked = queries.filter(({ source }) => source === 'prometheus').flatMap(({ expr }) => selectorsOf(expr));
  const unknown: string[] = [];
  for (const selector of new Set(asked)) {
    if (MAY_BE_ABSENT.test(selector)) continue;
    const problem = await problemOf(`last_over_time(${selector}[10m])`, 'prometheus', ports.prometheus ?? 0);
    if (problem !== undefined) unknown.push(`${selector}: ${problem}`);
  }
  return unknown;
}

async function problemOf(expr: string, source: string, port: number): Promise<string | undefined> {
  const path = source === 'loki' ? `/loki/api/v1/query_range?since=10m&query=` : '/api/v1/query?query=';
  const { status, body } = await ask(port, `${path}${encodeURIComponent(expr)}`);
  if (status !== 200) return `${status} ${body}`;
  const { data } = JSON.parse(body) as { readonly data: { readonly result: readonly unknown[] } };
  return data.result.length > 0 ? undefined : 'no data';
}
