import * as fc from 'fast-check';
import { Image, LogDriver, MonitoringStack, PostgresService, ReverseProxy } from '../../lib';
import { COMMON_LABELS, METRICS } from '../support/labelled-metrics';
import { BARE, bareStack, dashboardsOf, queries, shownStack } from '../support/dashboards';
import type { Dashboard, Panel } from '../support/dashboards';
import { describeWith } from '../support/programs';
import { RuleDirectory } from '../support/promtool';
import { groupedLabels, parseSelectors } from '../support/selectors';
import { api, job, worker } from '../support/services';
import { synth, testStack } from '../support/stacks';

const SHOWN = dashboardsOf(shownStack());
const overview = SHOWN.overview as Dashboard;
const all: readonly (readonly [string, Dashboard])[] = [
  ...Object.entries(SHOWN),
  ...Object.entries(dashboardsOf(bareStack())).map(
    ([name, dashboard]) => [`${name} of a bare stack`, dashboard] as const,
  ),
];
const rows = ({ panels }: Dashboard): readonly string[] =>
  panels.filter(({ type }) => type === 'row').map(({ title }) => title);

/** The titles of the panels below a row. */
function below({ panels }: Dashboard, row: string): readonly string[] {
  const start = panels.findIndex(({ type, title }) => type === 'row' && title === row);
  const rest = panels.slice(start + 1);
  const end = rest.findIndex(({ type }) => type === 'row');
  return rest.slice(0, end < 0 ? undefined : end).map(({ title }) => title);
}

function overlap(a: Panel['gridPos'], b: Panel['gridPos']): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

describe('The dashboards of a stack', () => {
  test('are one of each part that it has', () => {
    expect(Object.keys(SHOWN).sort()).toEqual(['backups', 'hosts', 'logs', 'overview', 'postgres-postgres']);
    expect(Object.keys(dashboardsOf(bareStack())).sort()).toEqual(['hosts', 'overview']);
  });

  test.each(all)('%s says whose it is, and has nothing that is left to fill in', (_, dashboard) => {
    expect(dashboard.title).toMatch(/^shop-test: /);
    expect(dashboard.tags).toContain('shop-test');
    expect(dashboard.uid.length).toBeLessThanOrEqual(40);
    expect(JSON.stringify(dashboard).match(/<[a-z]+>/g) ?? []).toEqual([]);
  });

  test.each(all)('%s has panels that lie beside each other, each with something to ask', (_, { panels }) => {
    const ids = panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [index, { gridPos, type, targets = [] }] of panels.entries()) {
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      expect(panels.slice(index + 1).filter((other) => overlap(gridPos, other.gridPos))).toEqual([]);
      if (!['row', 'text'].includes(type)) expect(targets.length).toBeGreaterThan(0);
      expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
      for (const { datasource } of targets) expect(['prometheus', 'loki']).toContain(datasource.uid);
    }
  });

  test.each(all)('%s names no metric and no label that no part exports', (_, dashboard) => {
    const exported = Object.assign({}, ...Object.values(METRICS)) as Readonly<Record<string, string>>;
    for (const expr of queries(dashboard, 'prometheus')) {
      const selectors = parseSelectors(expr);
      const known = selectors.flatMap(({ metric }) => exported[metric]?.split(',') ?? []);
      for (const { metric, labels } of selectors) {
        expect(Object.keys(exported)).toContain(metric);
        const own = [...COMMON_LABELS, ...(exported[metric] ?? '').split(',')];
        expect(own).toEqual(expect.arrayContaining([...labels]));
      }
      expect([...COMMON_LABELS, ...known]).toEqual(expect.arrayContaining([...groupedLabels(expr)]));
    }
  });

  test('name nothing of what a bare stack does not have', () => {
    const selectors = Object.values(dashboardsOf(bareStack()))
      .flatMap((dashboard) => queries(dashboard, 'prometheus'))
      .flatMap(parseSelectors);
    const absent = /^(alertmanager|alloy|backup|caddy|container|loki|node|pg|probe|proxy|tempo)_/;
    expect(selectors.length).toBeGreaterThan(5);
    expect(selectors.filter(({ metric }) => absent.test(metric))).toEqual([]);
  });

  describeWith('promtool', 'Prometheus', () => {
    test('understands what they ask', () => {
      const directory = new RuleDirectory();
      const exprs = all.flatMap(([, dashboard]) => queries(dashboard, 'prometheus'));
      expect(exprs.length).toBeGreaterThan(100);
      const rules = exprs.map((expr, index) => ({ record: `panel:${index}`, expr }));
      directory.write('panels.json', JSON.stringify({ groups: [{ name: 'panels', rules }] }));
      const { status, output } = directory.run('promtool', 'check', 'rules', 'panels.json');
      directory.remove();
      expect([status, output]).toEqual([0, expect.stringContaining(`SUCCESS: ${exprs.length} rules found`)]);
    });
  });
});

describe('The overview', () => {
  test('has one row for each service, in columns, with what is known of it', () => {
    const { api: row, postgres } = Object.fromEntries(rows(overview).map((title) => [title, below(overview, title)]));
    const contained = ['CPU', 'Memory', 'Restarts', 'Last rollout', 'Log'];
    expect(row).toEqual(['State', 'Requests', 'Errors', 'Latency', ...contained]);
    expect(postgres).toEqual(['State', ...contained]);
    const states = overview.panels.filter(({ title }) => title === 'CPU');
    expect(new Set(states.map(({ gridPos }) => gridPos.x))).toEqual(new Set([11]));
  });

  test('leads from a row to the log of its service, and from a database to its dashboard', () => {
    const text = JSON.stringify(overview);
    expect(text).toContain('/d/logs?var-service=api&${__url_time_range}');
    expect(text).toContain('"/d/postgres-postgres"');
  });

  test('shows requests of all together in the row of the proxy alone, where there are no logs', () => {
    const stack = testStack({ edge: { http: 8080 }, expose: { grafana: 3000 } });
    new MonitoringStack(stack, 'Monitoring', BARE);
    const proxy = new ReverseProxy(stack, 'Proxy');
    for (const id of ['One', 'Two']) proxy.addRoute(api(stack, { metricsPath: '/metrics' }, id), { path: `/${id}/*` });
    const { overview: found } = dashboardsOf(synth(stack));
    const [requests, rollout] = [
      ['Requests', 'Errors', 'Latency'],
      ['Restarts', 'Last rollout'],
    ];
    expect(below(found as Dashboard, 'one')).toEqual(['State', 'Latency', ...rollout]);
    expect(below(found as Dashboard, 'proxy')).toEqual(['State', ...requests, ...rollout]);
  });

  test('names the services of which nothing is known', () => {
    const { overview: found } = dashboardsOf(bareStack());
    expect(rows(found as Dashboard)).toEqual(['Environment', 'prometheus', 'grafana', 'Services without metrics']);
    expect(JSON.stringify(found)).toContain('Nothing is measured of **worker**.');
  });

  test('has each service of any stack once, and no job', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
    const entry = fc.record({ name, kind: fc.constantFrom('routed', 'scraped', 'worker', 'job', 'postgres') });
    const entries = fc.uniqueArray(entry, { selector: (one) => one.name, maxLength: 5 });
    const property = fc.property(entries, fc.boolean(), fc.boolean(), (services, contained, logged) => {
      const stack = testStack({ expose: { grafana: 3000 } });
      const parts = { ...(contained ? { cadvisor: {} } : {}), ...(logged ? { logDriver: LogDriver.splunk() } : {}) };
      new MonitoringStack(stack, 'Monitoring', { ...BARE, blackboxExporter: false, ...parts });
      const hostname = (one: string): string => `x-${one}`;
      for (const { name: id, kind } of services) add(stack, kind, id, hostname(id));
      const { overview: found } = dashboardsOf(synth(stack));
      const listed = rows(found as Dashboard).slice(1);
      const silent = /Nothing is measured of \*\*([^*]*)\*\*/.exec(JSON.stringify(found))?.[1]?.split(', ') ?? [];
      const exporters = services.filter(({ kind }) => kind === 'postgres').map(({ name: id }) => `x-${id}-exporter`);
      const proxies = services.some(({ kind }) => kind === 'routed') ? ['proxy'] : [];
      const own = ['prometheus', 'grafana', ...(contained ? ['cadvisor'] : []), ...(logged ? ['loki', 'alloy'] : [])];
      const expected = services.filter(({ kind }) => kind !== 'job').map(({ name: id }) => hostname(id));
      const rest = listed.filter((title) => title !== 'Services without metrics');
      // What has a log only has a row, and is named as well.
      expect([...new Set([...rest, ...silent])].sort()).toEqual([...expected, ...exporters, ...proxies, ...own].sort());
      expect(new Set(rest).size).toBe(rest.length);
    });
    fc.assert(property, { numRuns: 25 });
  });
});

/** The one of the stack. */
function proxyOf(stack: Parameters<typeof api>[0]): ReverseProxy {
  const known = stack.node.tryFindChild('Proxy') as ReverseProxy | undefined;
  return known ?? new ReverseProxy(stack, 'Proxy');
}

function add(stack: Parameters<typeof api>[0], kind: string, id: string, hostname: string): void {
  if (kind === 'routed') proxyOf(stack).addRoute(api(stack, { hostname }, id), { path: `/${id}/*` });
  else if (kind === 'scraped') api(stack, { hostname, metricsPath: '/metrics' }, id);
  else if (kind === 'worker') worker(stack, { hostname, image: Image.of('shop/worker:1.0') }, id);
  else if (kind === 'job') job(stack, { hostname }, id);
  else new PostgresService(stack, id, { hostname, acceptNoBackup: 'a test' });
}
