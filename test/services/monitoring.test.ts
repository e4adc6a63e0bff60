import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Construct } from 'constructs';
import * as fc from 'fast-check';
import {
  ApiService,
  BackupJob,
  BackupRepository,
  DataVolume,
  Duration,
  HealthCheck,
  Image,
  MonitoringStack,
  Notification,
  PostgresService,
  Quiesce,
  ReverseProxy,
  Secret,
  Size,
  WorkerService,
} from '../../lib';
import type { EnvironmentStack, IExporterSource, IScrapable, MonitoringStackProps } from '../../lib';
import { capableBelow } from '../../lib/model/capabilities/capability';
import { refusal } from '../support/refusal';
import type { Build } from '../support/refusal';
import { block, container, ids, synth, testStack, variables } from '../support/stacks';
import type { Document } from '../support/stacks';
import { written } from '../support/written-files';

const IMAGE = Image.of('shop/api:1.4.2');
/** What monitors is monitored. */
const OWN = ['prometheus', 'node-exporter', 'cadvisor', 'loki', 'tempo', 'alloy', 'grafana'];
const healthCheck = HealthCheck.http({ client: 'python', port: 8000 });

function addApi(stack: EnvironmentStack, id: string): ApiService {
  return new ApiService(stack, id, { image: IMAGE, port: 8000, healthCheck, metricsPath: '/metrics' });
}

const config = (document: Document): string => written(document, 'prometheus-config', 'prometheus.yml');
const rules = (document: Document): string => written(document, 'prometheus-config', 'rules.yml');
const jobs = (document: Document): readonly string[] =>
  [...config(document).matchAll(/job_name: (\S+)/g)].map(([, name = '']) => name);
const downAlerts = (document: Document): readonly string[] =>
  [...rules(document).matchAll(/alert: "TargetDown"\n +expr: "\(sum\(up\{job=\\"([^"\\]+)/g)].map(
    ([, name = '']) => name,
  );

function networks(document: Document, name: string): readonly string[] {
  return (container(document, name).networks_advanced as readonly { readonly name: string }[]).map(
    ({ name: id }) => id,
  );
}

function hook(stack: EnvironmentStack): Notification {
  return Notification.webhook({ url: new Secret(stack, 'Hook', { origin: 'supplied' }) });
}

function monitored(props: MonitoringStackProps = {}): { stack: EnvironmentStack; monitoring: MonitoringStack } {
  const stack = testStack({ edge: { http: 8080 } });
  return { stack, monitoring: new MonitoringStack(stack, 'Monitoring', props) };
}

describe('A MonitoringStack', () => {
  test('finds what the program adds later, and calls it by its name', () => {
    const { stack } = monitored();
    addApi(stack, 'Orders');
    new WorkerService(stack, 'Silent', { image: IMAGE });
    const document = synth(stack);
    expect(jobs(document)).toEqual([...OWN, 'orders']);
    expect(downAlerts(document)).toEqual([...OWN, 'orders']);
    expect(config(document)).toContain(
      ['system', 'shop', 'environment', 'test', 'service', 'orders', 'version', '1.4.2']
        .map((word, index) => (index % 2 === 0 ? `      - target_label: ${word}\n` : `        replacement: ${word}\n`))
        .join('')
        .trimEnd(),
    );
  });

  test('joins the network of all that it reads, and nobody joins its own', () => {
    const { stack } = monitored();
    const api = addApi(stack, 'Orders');
    new ReverseProxy(stack, 'Proxy').addRoute(api);
    const document = synth(stack);
    expect(networks(document, 'prometheus')).toEqual(
      expect.arrayContaining(
        networks(document, 'orders').concat('${docker_network.edge.id}', '${docker_network.monitoring.id}'),
      ),
    );
    expect(networks(document, 'orders')).toEqual(['${docker_network.app.id}']);
  });

  test('reaches what another construct adds when the program is complete', () => {
    const { stack } = monitored();
    stack.beforeRender(() => new ReverseProxy(stack, 'Proxy').addRoute(addApi(stack, 'Orders')));
    const document = synth(stack);
    expect(jobs(document)).toEqual(expect.arrayContaining(['proxy', 'orders']));
    expect(networks(document, 'prometheus')).toEqual(
      expect.arrayContaining(['${docker_network.edge.id}', '${docker_network.app.id}']),
    );
  });

  test('is critical about services, and warns of its own parts', () => {
    const { stack } = monitored();
    addApi(stack, 'Orders');
    const severities = [...rules(synth(stack)).matchAll(/TargetDown"\n(?:.*\n){3} +"severity": "(\w+)"/g)];
    expect(severities.map(([, severity]) => severity)).toEqual([...OWN.map(() => 'warning'), 'critical']);
  });

  test('puts an exporter beside a database, whose login sees no row', () => {
    const { stack } = monitored();
    new PostgresService(stack, 'Postgres', { acceptNoBackup: 'a test', alerts: { maxConnections: 0.5 } });
    const document = synth(stack);
    const { DATA_SOURCE_URI, DATA_SOURCE_PASS_FILE } = variables(document, 'postgres-exporter');
    expect(DATA_SOURCE_URI).toBe('postgres:5432/app?sslmode=disable');
    expect(DATA_SOURCE_PASS_FILE).toBe('/run/secrets/postgres-exporter-password');
    const script = JSON.stringify(container(document, 'postgres-role-exporter').entrypoint);
    expect(script).toContain('GRANT pg_monitor TO');
    expect(script).not.toMatch(/GRANT SELECT|GRANT USAGE/);
    expect(rules(document)).toContain('/ max(pg_settings_max_connections{job=\\"postgres-exporter\\"}) > 0.5');
  });

  test('has two places of the host in it, and of neither the sockets', () => {
    const { stack } = monitored();
    const document = synth(stack);
    const places = ids(document, 'docker_container').flatMap((id) => {
      const { volumes = [] } = container(document, id) as {
        readonly volumes?: readonly { readonly host_path?: string; readonly container_path: string }[];
      };
      return volumes.flatMap(({ host_path: path }) => (path === undefined ? [] : [[id, path]]));
    });
    expect(Object.fromEntries(places)).toEqual({ 'node-exporter': '/', cadvisor: '/sys' });
    expect(container(document, 'node-exporter').tmpfs).toMatchObject({ '/host/run': expect.any(String) as unknown });
  });

  test.each(['pg', 'the-orders-of-the-european-shop-db'])('puts one beside a database with the name %s', (hostname) => {
    const { stack } = monitored();
    new PostgresService(stack, 'Postgres', { hostname, acceptNoBackup: 'a test' });
    expect(jobs(synth(stack))).toEqual([...OWN, `${hostname}-exporter`]);
  });

  test('tells databases apart that have one id in different places', () => {
    const { stack } = monitored();
    for (const place of ['shop', 'crm']) {
      const props = { hostname: `${place}-db`, acceptNoBackup: 'a test' };
      new PostgresService(new Construct(stack, place), 'Postgres', props);
    }
    expect(jobs(synth(stack))).toEqual([...OWN, 'shop-db-exporter', 'crm-db-exporter']);
  });

  test('watches backups by the rules that these bring, and adds rules of the program', () => {
    const rule = {
      severity: 'warning',
      expr: 'vector(1)',
      labels: {},
      summary: 's',
      description: 'd',
    } as const;
    const { stack } = monitored({
      rules: [
        { ...rule, name: 'Own', for: healthCheck.interval },
        { ...rule, name: 'Explained', for: healthCheck.interval, runbook: 'https://wiki.example/own' },
      ],
      runbooks: 'https://wiki.example/alerts',
    });
    const volume = new DataVolume(stack, 'Uploads');
    volume.mountInto(addApi(stack, 'Orders'), '/uploads');
    new BackupJob(stack, 'Backup', {
      source: volume,
      repositories: [BackupRepository.volume()],
      acceptSameHost: 'a test',
      quiesce: Quiesce.none('a test'),
    });
    const text = rules(synth(stack));
    for (const name of ['BackupAbsent', 'BackupFailed', 'Own', 'Watchdog']) expect(text).toContain(`alert: "${name}"`);
    expect(text).toContain('"runbook_url": "https://wiki.example/alerts#backupfailed"');
    expect(text).toContain('"runbook_url": "https://wiki.example/own"');
    expect(text).not.toContain('alerts#own');
  });

  describe('with rule files', () => {
    let directory: string;
    beforeAll(() => (directory = mkdtempSync(join(tmpdir(), 'rules-'))));
    afterAll(() => rmSync(directory, { recursive: true }));

    const file = (name: string, content: string): string => {
      const path = join(directory, name);
      writeFileSync(path, content);
      return path;
    };

    test('brings them beside its own, checked together', () => {
      const own = 'groups:\n  - name: own\n    rules: [{ record: own, expr: vector(1) }]\n';
      const { stack } = monitored({ ruleFiles: [file('own.yml', own)] });
      const document = synth(stack);
      expect(written(document, 'prometheus-config', 'own.yml')).toBe(own);
      expect(config(document)).toContain('rule_files:\n  - rules.yml\n  - own.yml\n');
      expect(JSON.stringify(block(document, 'terraform_data', 'prometheus-config-reload').provisioner)).toContain(
        'promtool check rules /etc/prometheus/rules.yml.next /etc/prometheus/own.yml.next',
      );
    });

    test.each([
      ['own rules.yml', 'groups: []', 'is to have a name such as "shop.rules.yml"; rename it'],
      ['rules.yml', 'groups: []', 'has the name of another one; rename it'],
      ['scalar.yml', 'up == 0', 'has no list of `groups`; write it as for `rule_files` of Prometheus'],
      ['broken.yml', 'groups: [', 'is no YAML: Flow sequence in block collection must be'],
    ])('refuses %s', (name, content, message) => {
      const path = file(name, content);
      expect(() => monitored({ ruleFiles: [path] })).toThrow(`the rule file ${JSON.stringify(path)} ${message}`);
    });

    test('refuses one that is not there', () => {
      expect(() => monitored({ ruleFiles: ['no/such.yml'] })).toThrow(
        '[shop-test/Monitoring] the rule file "no/such.yml" cannot be read; correct its path',
      );
    });
  });

  test('reads what is outside of the stack', () => {
    const { stack, monitoring } = monitored();
    monitoring.watch({
      toScrapeTargets: () => [{ job: 'router', host: '10.0.0.1', port: 9100, path: '/metrics' }],
    });
    const document = synth(stack);
    expect(config(document)).toContain('- 10.0.0.1:9100');
    expect(downAlerts(document)).toContain('router');
  });

  test('takes a changed rule over without a restart', () => {
    const { stack } = monitored({ notifications: [], nodeExporter: false });
    const document = synth(stack);
    const writer = block(document, 'terraform_data', 'prometheus-config-reload').provisioner as readonly {
      readonly local_exec?: unknown;
    }[];
    expect(JSON.stringify(writer)).toContain('--signal SIGHUP');
    expect(JSON.stringify(writer)).toContain('promtool check rules /etc/prometheus/rules.yml.next');
    expect(JSON.stringify(block(document, 'docker_container', 'prometheus'))).not.toContain('scrape_interval');
  });

  test('tells by Alertmanager, with secrets as files', () => {
    const stack = testStack();
    const heartbeat = new Secret(stack, 'Beat', { origin: 'supplied' });
    new MonitoringStack(stack, 'Monitoring', { notifications: [hook(stack)], heartbeat });
    const document = synth(stack);
    expect(written(document, 'alertmanager-config', 'alertmanager.yml')).toMatch(
      /url_file: \/run\/secrets\/beat(?:.*\n)+.*url_file: \/run\/secrets\/hook/,
    );
    expect(config(document)).toContain('- alertmanager:9093');
  });

  test('that tells nobody runs no Alertmanager, and refuses options for one', () => {
    const { stack } = monitored();
    expect(Object.keys(synth(stack).resource.docker_container ?? {})).not.toContain('alertmanager');
    expect(() => monitored({ alertmanager: { memory: Size.mebibytes(64) } })).toThrow(
      'has options for an `alertmanager` and nobody to tell; add `notifications`, or take the options out',
    );
  });

  test('refuses two services whose metrics have one name, and a notification of nothing', () => {
    const { stack, monitoring } = monitored();
    const duplicate = { toScrapeTargets: () => [{ job: 'orders', host: 'x', port: 1, path: '/metrics' }] };
    addApi(stack, 'Orders');
    monitoring.watch(duplicate);
    expect(() => synth(stack)).toThrow('two services have metrics under the name "orders"');
    const other = testStack();
    const nothing = Notification.webhook({ url: new Secret(other, 'Hook'), severities: [] });
    expect(() => new MonitoringStack(other, 'Monitoring', { notifications: [nothing] })).toThrow(
      'a notification by webhook tells of nothing, got `severities` []; name one, or leave them out for all',
    );
  });
});

const webhook = (stack: EnvironmentStack, options = {}): Notification =>
  Notification.webhook({ url: new Secret(stack, 'Hook', { origin: 'supplied' }), ...options });
const mail = { from: 'a@example.org', to: ['b@example.org'], server: 'mail.example.org' };
const watching = (target: object) => (stack: EnvironmentStack) =>
  new MonitoringStack(stack, 'Monitoring').watch({
    toScrapeTargets: () => [{ job: 'router', host: '10.0.0.1', port: 9100, path: '/metrics', ...target }],
  });
const mailing = (options: object) => (stack: EnvironmentStack) =>
  new MonitoringStack(stack, 'Monitoring', { notifications: [Notification.email({ ...mail, ...options })] });

test.each<readonly [Build, string]>([
  [
    watching({ port: 99_999 }),
    '[shop-test/Monitoring/Prometheus] a port must be a whole number between 1 and 65535, got 99999',
  ],
  [
    watching({ job: 'my "job"' }),
    '[shop-test/Monitoring/Prometheus] the `job` of metrics is written in letters, digits, "_", ".", ":" and "-", got "my \\"job\\""',
  ],
  [
    watching({ host: 'http://router' }),
    '[shop-test/Monitoring/Prometheus] the `host` of the metrics of "router" is a host name or an address such as "router.example.org", got "http://router"',
  ],
  [
    watching({ path: 'metrics' }),
    '[shop-test/Monitoring/Prometheus] the `path` of the metrics of "router" begins with "/" and has no query, such as "/metrics", got "metrics"',
  ],
  [
    (stack) => [addApi(stack, 'Router'), watching({})(stack)],
    '[shop-test/Monitoring/Prometheus] two services have metrics under the name "router"; give one of them another `job` in `toScrapeTargets`',
  ],
  [
    (stack) => new MonitoringStack(stack, 'Monitoring', { scrapeInterval: Duration.minutes(10) }),
    '[shop-test/Monitoring/Prometheus] `scrapeInterval` must be a minute at most, got "10m0s"; rules look at the last minutes',
  ],
  [
    (stack) => new MonitoringStack(stack, 'Monitoring', { scrapeInterval: Duration.millis(1) }),
    '[shop-test/Monitoring/Prometheus] `scrapeInterval` must be a whole number of seconds from 1, got "1ms"; write for example `Duration.seconds(15)`',
  ],
  [
    (stack) => new MonitoringStack(stack, 'Monitoring', { prometheus: { retention: Duration.days(0) } }),
    '[shop-test/Monitoring/Prometheus] `retention` must be a whole number of seconds from 1, got "0s"; write for example `Duration.seconds(15)`',
  ],
  [
    (stack) => new MonitoringStack(stack, 'Monitoring', { prometheus: { retentionSize: Size.bytes(0) } }),
    '[shop-test/Monitoring/Prometheus] `retentionSize` must be more than 0 bytes; write for example `Size.gibibytes(4)`',
  ],
  [
    (stack) =>
      new MonitoringStack(stack, 'Monitoring', {
        notifications: [webhook(stack, { repeatEvery: Duration.seconds(0) })],
      }),
    '[shop-test/Monitoring/Alertmanager] `repeatEvery` must be a whole number of seconds from 1, got "0s"; write for example `Duration.seconds(15)`',
  ],
  [
    (stack) => new MonitoringStack(stack, 'Monitoring', { nodeExporter: { alerts: { minFreeDisk: 15 } } }),
    '[shop-test/Monitoring/NodeExporter] `minFreeDisk` must be a part from 0 to 1, got 15; write for example 0.8 for 80 %',
  ],
  [
    (stack) => [
      new MonitoringStack(stack, 'Monitoring'),
      new PostgresService(stack, 'Postgres', { acceptNoBackup: 'a test', alerts: { maxConnections: NaN } }),
    ],
    '[shop-test/Postgres] `maxConnections` must be a part from 0 to 1, got NaN; write for example 0.8 for 80 %',
  ],
  [
    (stack) => [new MonitoringStack(stack, 'One'), new MonitoringStack(stack, 'Two')],
    '[shop-test/Two] the stack is monitored by shop-test/One already; remove one of them, or use its `watch` and its `rules`',
  ],
  [
    mailing({ tls: 'implicit', port: 2465 }),
    "[shop-test/Monitoring/Alertmanager] Alertmanager encrypts from the first byte at port 465 and at no other, got `tls` \"implicit\" with port 2465; use `tls: 'implicit'` with 465, or 'starttls' with another",
  ],
  [
    mailing({ to: ['Ops <ops@example.org>'] }),
    '[shop-test/Monitoring/Alertmanager] an e-mail address is written like "ops@example.org", got "Ops <ops@example.org>"',
  ],
])('a mistake is refused with its place: %#', (build, message) => {
  expect(refusal(build)).toBe(message);
});

test('a mail server that encrypts from the first byte is asked at its port', () => {
  const stack = testStack();
  mailing({ tls: 'implicit' })(stack);
  expect(written(synth(stack), 'alertmanager-config', 'alertmanager.yml')).toContain('smarthost: mail.example.org:465');
});

test('whatever has metrics is read once and has one alert, in any stack', () => {
  const kinds = ['api', 'silent', 'postgres', 'proxy'] as const;
  const programs = fc.record({
    before: fc.array(fc.constantFrom(...kinds), { maxLength: 4 }),
    after: fc.array(fc.constantFrom(...kinds), { maxLength: 4 }),
  });
  fc.assert(
    fc.property(programs, ({ before, after }) => {
      const stack = testStack({ edge: { http: 8080 } });
      const add = (kind: (typeof kinds)[number], id: string): void => {
        if (kind === 'postgres') new PostgresService(stack, id, { acceptNoBackup: 'a test' });
        else if (kind === 'proxy' && stack.node.tryFindChild('Proxy') === undefined) {
          new ReverseProxy(stack, 'Proxy').addRoute(addApi(stack, `${id}-behind`));
        } else if (kind === 'api') addApi(stack, id);
        else new WorkerService(stack, id, { image: IMAGE });
      };
      before.forEach((kind, index) => add(kind, `Before${index}`));
      new MonitoringStack(stack, 'Monitoring');
      after.forEach((kind, index) => add(kind, `After${index}`));
      const document = synth(stack);
      const wanted = capableBelow<IScrapable>(stack, 'toScrapeTargets').flatMap((one) =>
        one.toScrapeTargets().map(({ job }) => job),
      );
      expect(new Set(wanted).size).toBe(wanted.length);
      expect(jobs(document).filter((name) => !name.endsWith('-routes'))).toEqual(wanted);
      expect(downAlerts(document)).toEqual(wanted);
      for (const { node } of capableBelow<IExporterSource>(stack, 'toExporter'))
        expect(wanted).toContain(`${node.id.toLowerCase()}-exporter`);
    }),
    { numRuns: 25 },
  );
});
