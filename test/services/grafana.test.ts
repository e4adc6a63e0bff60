import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MonitoringStack, PostgresService, ReverseProxy, Tls } from '../../lib';
import type { EnvironmentStack, GrafanaOptions, MonitoringStackProps } from '../../lib';
import { renderDashboardProvider, renderDataSources } from '../../lib/config';
import { Duration } from '../../lib/values';
import { dashboardsOf } from '../support/dashboards';
import { api } from '../support/services';
import { block, container, ids, revision, synth, testStack, variables } from '../support/stacks';
import type { Document, Place } from '../support/stacks';

const EXPOSED: Partial<Place> = { edge: { http: 8080 }, expose: { grafana: 3000 } };

function monitored(
  props: MonitoringStackProps = {},
  environment: Partial<Place> = EXPOSED,
): { readonly stack: EnvironmentStack; readonly monitoring: MonitoringStack } {
  const stack = testStack(environment);
  return { stack, monitoring: new MonitoringStack(stack, 'Monitoring', props) };
}

function grafana(options: GrafanaOptions): Document {
  return synth(monitored({ grafana: options }).stack);
}

const file = (document: Document, path: string): string | undefined =>
  (container(document, 'grafana-files').upload as readonly { readonly file: string; readonly content?: string }[]).find(
    (upload) => upload.file === path,
  )?.content;

const notesOf = ({ grafana: one }: MonitoringStack): readonly string[] =>
  one?.node.metadata.map(({ data }) => String(data)) ?? [];

function routed(environment: Partial<Place>, path?: string): Document {
  const { stack, monitoring } = monitored({}, environment);
  const proxy = new ReverseProxy(stack, 'Proxy');
  if (monitoring.grafana !== undefined) proxy.addRoute(monitoring.grafana, { host: 'grafana.example.org', path });
  return synth(stack);
}

describe('Grafana', () => {
  test('is hardened, lets nobody in without a login, and asks nobody outside', () => {
    const document = grafana({});
    expect(container(document, 'grafana')).toMatchObject({
      user: '472:0',
      read_only: true,
      capabilities: { drop: ['ALL'] },
      tmpfs: { '/tmp': 'rw,noexec,nosuid,nodev,mode=1777' },
      ports: [{ internal: 3000, external: 3000, ip: '127.0.0.1' }],
    });
    expect(variables(document, 'grafana')).toMatchObject({
      GF_ANALYTICS_REPORTING_ENABLED: 'false',
      GF_AUTH_ANONYMOUS_ENABLED: 'false',
      GF_PLUGINS_PREINSTALL_DISABLED: 'true',
      GF_SECURITY_ADMIN_PASSWORD__FILE: '/run/secrets/grafana-admin-password',
      GF_SECURITY_SECRET_KEY__FILE: '/run/secrets/grafana-secret-key',
      GF_USERS_ALLOW_SIGN_UP: 'false',
    });
  });

  test('is left out where it is not wanted, and says where nobody reaches it', () => {
    const left = synth(monitored({ grafana: false }, {}).stack);
    expect(ids(left, 'docker_container').filter((id) => id.startsWith('grafana'))).toEqual([]);
    const { stack, monitoring } = monitored({}, {});
    synth(stack);
    expect(notesOf(monitoring)).toContainEqual(
      expect.stringContaining('is reached by nobody; add a route to it, or name it in `expose`'),
    );
  });

  test('finds what there is to ask, and starts anew only when that changes', () => {
    const bare = grafana({});
    const slower = synth(monitored({ scrapeInterval: Duration.seconds(30) }).stack);
    expect(file(bare, '/etc/grafana/provisioning/datasources/stack.yaml')).toContain(
      'url: http://prometheus.inside:9090',
    );
    expect(file(slower, '/etc/grafana/provisioning/datasources/stack.yaml')).toContain('timeInterval: 30s');
    expect(revision(bare, 'grafana')).not.toBe(revision(slower, 'grafana'));
  });

  test('takes a changed dashboard over without a restart, and another one with it', () => {
    const withServices = (...names: readonly string[]): Document => {
      const { stack } = monitored();
      for (const name of names) api(stack, { metricsPath: '/metrics' }, name);
      return synth(stack);
    };
    const withDatabase = (): Document => {
      const { stack } = monitored();
      new PostgresService(stack, 'Postgres');
      return synth(stack);
    };
    const [one, two, other] = [withServices('One'), withServices('One', 'Two'), withDatabase()];
    expect(dashboardsOf(one)).not.toEqual(dashboardsOf(two));
    expect(container(one, 'grafana')).toEqual(container(two, 'grafana'));
    expect(revision(one, 'grafana')).toBe(revision(two, 'grafana'));
    expect(revision(one, 'grafana')).not.toBe(revision(other, 'grafana'));
    expect(JSON.stringify(container(one, 'grafana-config').provisioner)).not.toContain('--signal');
    const home = String(variables(one, 'grafana').GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH);
    const directory = home.replace('/overview.json', '');
    expect(file(one, '/etc/grafana/provisioning/dashboards/stack.yaml')).toBe(renderDashboardProvider(directory));
    expect(JSON.stringify(block(one, 'docker_container', 'grafana').volumes)).toContain(directory);
  });

  test('knows its address behind a proxy, which meets none of the others, and shows its metrics to nobody there', () => {
    const plain = routed(EXPOSED);
    expect(variables(plain, 'grafana')).toMatchObject({
      GF_METRICS_ENABLED: 'false',
      GF_SECURITY_COOKIE_SECURE: 'false',
      GF_SERVER_ROOT_URL: 'http://grafana.example.org:8080/',
    });
    expect(variables(routed({ tls: Tls.internal() }), 'grafana')).toMatchObject({
      GF_SECURITY_COOKIE_SECURE: 'true',
      GF_SERVER_ROOT_URL: 'https://grafana.example.org/',
    });
    const networks = (id: string): string => JSON.stringify(container(plain, id).networks_advanced);
    expect(networks('grafana')).toContain('docker_network.app.id');
    expect(networks('proxy')).not.toContain('docker_network.monitoring.id');
    const text = JSON.stringify(container(plain, 'prometheus-config').upload);
    expect(text).not.toContain('job_name: grafana');
    expect(JSON.stringify(container(synth(monitored().stack), 'prometheus-config').upload)).toContain(
      'job_name: grafana',
    );
  });

  test('refuses a path beside others, and a port that it does not have', () => {
    expect(() => routed(EXPOSED, '/grafana/*')).toThrow(
      '[shop-test/Monitoring/Grafana] is routed at the path "/grafana/*", and takes all paths of a host; give the route a `host` of its own',
    );
    expect(() => monitored().monitoring.grafana?.toBackend(80)).toThrow(
      '[shop-test/Monitoring/Grafana] port 80 is none that Grafana listens on; leave `port` out',
    );
  });
});

describe('Dashboards of the program', () => {
  let directory: string;
  beforeAll(() => (directory = mkdtempSync(join(tmpdir(), 'dashboards-'))));
  afterAll(() => rmSync(directory, { recursive: true }));

  const path = (name: string, content: string): string => {
    const file = join(directory, name);
    writeFileSync(file, content);
    return file;
  };

  test('are beside those of the stack', () => {
    const own = { id: 17, uid: 'orders', title: 'Orders ${x}', panels: [] };
    const found = dashboardsOf(grafana({ dashboards: [path('orders.json', JSON.stringify(own))] }));
    expect(found.orders).toEqual({ ...own, id: null });
    expect(Object.keys(found).sort()).toEqual(['hosts', 'logs', 'orders', 'overview']);
  });

  const uid = 'write one of up to 40 letters, digits, "-" and "_", by which it is found';
  test.each([
    ['broken.json', '{', 'is no JSON object; export it in Grafana as JSON'],
    ['null.json', 'null', 'is no JSON object; export it in Grafana as JSON'],
    [
      'v2.json',
      '{ "title": "x", "elements": {} }',
      'has no `title` or no list of `panels`; export it in Grafana as JSON, in the classic model',
    ],
    ['no-uid.json', '{ "title": "x", "panels": [] }', `has the \`uid\` undefined; ${uid}`],
    [
      'inputs.json',
      '{ "title": "x", "panels": [], "uid": "x", "__inputs": [{ "name": "DS_PROMETHEUS" }] }',
      'leaves open which data sources it asks (`__inputs`); export it without "share with another instance", or write `prometheus` or another `uid` of the stack in their place',
    ],
    ['path.json', '{ "title": "x", "panels": [], "uid": "../x" }', `has the \`uid\` "../x"; ${uid}`],
  ])('are refused where Grafana would leave them out: %s', (name, content, message) => {
    const broken = path(name, content);
    expect(() => grafana({ dashboards: [broken] })).toThrow(
      `[shop-test/Monitoring/Grafana] the dashboard ${JSON.stringify(broken)} ${message}`,
    );
  });

  test('are told of when they ask a data source that the stack does not have', () => {
    const panel = (uid: string): object => ({ datasource: { type: 'any', uid }, targets: [{ datasource: { uid } }] });
    const known = ['prometheus', '${chosen}', '-- Mixed --', 'grafana', '__expr__'];
    const panels = [...[...known, 'alertmanager', '${open}'].map(panel), { datasource: 'Loki' }, { datasource: 'P18' }];
    const templating = { list: [{ type: 'datasource', name: 'chosen' }] };
    const own = { uid: 'strange', title: 'x', panels, templating, datasource: null };
    const file = path('strange.json', JSON.stringify(own));
    const { stack, monitoring } = monitored({ grafana: { dashboards: [file] } });
    synth(stack);
    expect(notesOf(monitoring)).toEqual([
      'the dashboard "strange" asks the data source "alertmanager", "${open}", "P18", which this stack does not have, so its panels stay empty; the stack\'s have the `uid` prometheus, loki, tempo',
    ]);
  });

  test('are refused when they are not there, or where another one is', () => {
    expect(() => grafana({ dashboards: ['no/such.json'] })).toThrow(
      '[shop-test/Monitoring/Grafana] the dashboard "no/such.json" cannot be read; correct its path, which is relative to where the program is started',
    );
    const duplicate = path('twin.json', '{ "title": "x", "panels": [], "uid": "Overview" }');
    expect(() => grafana({ dashboards: [duplicate] })).toThrow(
      '[shop-test/Monitoring/Grafana] two dashboards have the `uid` "overview"; give yours another one, those of the stack keep theirs',
    );
  });
});

test('Grafana is told its data sources, and how one leads to another', () => {
  const kinds = ['prometheus', 'alertmanager', 'loki', 'tempo'] as const;
  const sources = kinds.map((kind) => ({ kind, url: `http://${kind}:1` }));
  expect(renderDataSources({ sources, scrapeInterval: Duration.seconds(15) })).toBe(`apiVersion: 1
prune: true
datasources:
  - name: Prometheus
    uid: prometheus
    type: prometheus
    access: proxy
    url: http://prometheus:1
    isDefault: true
    editable: false
    jsonData:
      httpMethod: POST
      timeInterval: 15s
      alertmanagerUid: alertmanager
  - name: Alertmanager
    uid: alertmanager
    type: alertmanager
    access: proxy
    url: http://alertmanager:1
    isDefault: false
    editable: false
    jsonData:
      implementation: prometheus
  - name: Loki
    uid: loki
    type: loki
    access: proxy
    url: http://loki:1
    isDefault: false
    editable: false
    jsonData:
      derivedFields:
        - name: Trace
          matcherType: label
          matcherRegex: trace_id
          url: $\${__value.raw}
          datasourceUid: tempo
          urlDisplayLabel: See the trace
  - name: Tempo
    uid: tempo
    type: tempo
    access: proxy
    url: http://tempo:1
    isDefault: false
    editable: false
    jsonData:
      tracesToLogsV2:
        datasourceUid: loki
        spanStartTimeShift: -1m
        spanEndTimeShift: 1m
        tags:
          - key: service.name
            value: service
        filterByTraceID: false
        filterBySpanID: false
`);
});

test('Grafana is told where its dashboards are, and looks there every few seconds', () => {
  expect(renderDashboardProvider('/etc/grafana/dashboards-1')).toBe(`apiVersion: 1
providers:
  - name: stack
    type: file
    allowUiUpdates: false
    disableDeletion: false
    updateIntervalSeconds: 10
    options:
      path: /etc/grafana/dashboards-1
`);
});
