import { parse } from 'yaml';
import {
  ApiService,
  Duration,
  HealthCheck,
  Image,
  MonitoringStack,
  ReverseProxy,
  staticUpstreams,
  Tls,
  WorkerService,
} from '../../lib';
import type { EnvironmentStack, MonitoringStackProps, ReverseProxyProps, RouteOptions } from '../../lib';
import { renderBlackbox } from '../../lib/config';
import { refusal } from '../support/refusal';
import { container, ids, synth, testStack } from '../support/stacks';
import type { Document, Place } from '../support/stacks';
import { written, writtenRules } from '../support/written-files';
import type { WrittenRule } from '../support/written-files';

const IMAGE = Image.of('shop/api:1.4.2');
const healthCheck = HealthCheck.http({ client: 'python', port: 8000 });

interface Shop {
  readonly environment?: Partial<Place>;
  readonly proxy?: ReverseProxyProps;
  readonly routes?: readonly RouteOptions[];
  readonly monitoring?: MonitoringStackProps;
}

function shop({ environment = {}, proxy, routes = [{}], monitoring }: Shop): EnvironmentStack {
  const stack = testStack(environment);
  new MonitoringStack(stack, 'Monitoring', monitoring);
  const api = new ApiService(stack, 'Orders', { image: IMAGE, port: 8000, healthCheck });
  const edge = new ReverseProxy(stack, 'Proxy', proxy);
  for (const route of routes) edge.addRoute(api, route);
  return stack;
}

const prometheus = (document: Document): string => written(document, 'prometheus-config', 'prometheus.yml');

interface Asked {
  readonly targets: readonly [string];
  readonly labels: Readonly<Record<string, string>>;
}

function asked(document: Document): readonly Asked[] {
  const { scrape_configs: jobs } = parse(prometheus(document)) as {
    readonly scrape_configs: readonly { readonly job_name: string; readonly static_configs: readonly Asked[] }[];
  };
  return jobs.find(({ job_name: name }) => name === 'blackbox-exporter-routes')?.static_configs ?? [];
}

const urls = (document: Document): readonly string[] => asked(document).map(({ labels }) => labels.instance ?? '');

const rulesOf = (document: Document, alert: string): readonly WrittenRule[] =>
  writtenRules(document).filter((rule) => rule.alert === alert);

describe('Routes', () => {
  test('are asked for at the proxy, under the name and the address that people know', () => {
    const environment = {
      domain: 'shop.example.org',
      tls: Tls.acme({ email: 'ops@example.org' }),
      edge: { https: 8443 },
    };
    const document = synth(shop({ environment, routes: [{}, { path: '/admin/*', host: 'ops.example.org' }] }));
    const labels = { environment: 'test', system: 'shop', service: 'orders', tls: 'acme', __param_module: 'https' };
    expect(asked(document)).toEqual([
      {
        targets: ['https://proxy:443/'],
        labels: { ...labels, __param_hostname: 'shop.example.org', instance: 'https://shop.example.org:8443/' },
      },
      {
        targets: ['https://proxy:443/admin'],
        labels: { ...labels, __param_hostname: 'ops.example.org', instance: 'https://ops.example.org:8443/admin' },
      },
    ]);
    expect(prometheus(document)).toContain(`
    relabel_configs:
      - source_labels:
          - __address__
        target_label: __param_target
      - target_label: __address__
        replacement: blackbox-exporter.inside:9115
`);
    expect(rulesOf(document, 'RouteDown').map(({ labels: { severity } }) => severity)).toEqual(['critical']);
  });

  test('are asked for by who meets the proxy, and nobody else', () => {
    const { networks_advanced: networks, user, ports, capabilities } = container(synth(shop({})), 'blackbox-exporter');
    expect((networks as readonly { readonly name: string }[]).map(({ name }) => name)).toEqual([
      '${docker_network.edge.id}',
      '${docker_network.monitoring.id}',
    ]);
    expect({ user, ports, capabilities }).toEqual({
      user: '65534:65534',
      ports: undefined,
      capabilities: { drop: ['ALL'] },
    });
  });

  test.each<readonly [string, Partial<Place>, readonly RouteOptions[], readonly string[]]>([
    ['of no host on this machine', { edge: { http: 8001 } }, [{}], ['http://localhost:8001/']],
    ['of an authority of our own', { tls: Tls.internal() }, [{}], ['https://localhost/']],
    ['of files, whose names are not known', { tls: Tls.files({ certificate: '/c', key: '/k' }) }, [{}], []],
    ['of any host of a domain', { tls: Tls.files({ certificate: '/c', key: '/k' }) }, [{ host: '*.shop.org' }], []],
    [
      'with a path of its own',
      {},
      [{ path: '/v1/*', probe: '/v1/ready?deep=1' }],
      ['http://localhost/v1/ready?deep=1'],
    ],
    ['that says not to', {}, [{}, { path: '/costly/*', probe: false }], ['http://localhost/']],
    ['for one path', {}, [{ path: '/health' }], ['http://localhost/health']],
  ])('%s', (_, environment, routes, expected) => {
    expect(urls(synth(shop({ environment, routes })))).toEqual(expected);
  });

  test('that are answered from outside of the stack are those of the proxy', () => {
    const stack = testStack();
    new MonitoringStack(stack, 'Monitoring');
    new ReverseProxy(stack, 'Proxy').addRoute(staticUpstreams('10.0.0.5:80'));
    expect(asked(synth(stack)).map(({ labels }) => labels.service)).toEqual(['proxy']);
  });

  test('are those of whatever has addresses, each once', () => {
    const stack = testStack();
    new MonitoringStack(stack, 'Monitoring');
    const url = 'http://elsewhere.example.org/';
    const worker = new WorkerService(stack, 'Worker', { image: IMAGE });
    const probe = { url, target: url, host: 'elsewhere.example.org', service: 'elsewhere', tls: Tls.off() };
    Object.assign(worker, { toProbes: () => [probe, probe] });
    expect(urls(synth(stack))).toEqual([url]);
  });

  test.each<readonly [string, Shop]>([
    ['nothing is routed', { routes: [{ probe: false }] }],
    ['everything is under maintenance', { proxy: { maintenance: { message: 'm', retryAfter: Duration.minutes(1) } } }],
    ['nobody is to ask', { monitoring: { blackboxExporter: false } }],
  ])('are not asked for where %s', (_, program) => {
    const document = synth(shop(program));
    expect(ids(document, 'docker_container').filter((id) => id.startsWith('blackbox'))).toEqual([]);
    expect(prometheus(document)).not.toContain('probe');
    expect(rulesOf(document, 'RouteDown')).toEqual([]);
  });

  test.each([
    ['/v1/*', '/v2', '/v1'],
    ['/v1/*', '/v10', '/v1'],
    ['/health', '/health/deep', '/health'],
    ['/*', 'health', '/'],
    ['/*', '/a b', '/'],
  ])('for %s cannot be seen at %s', (path, probe, example) => {
    expect(refusal((stack) => new ReverseProxy(stack, 'Proxy').addRoute(staticUpstreams('a:1'), { path, probe }))).toBe(
      `[shop-test/Proxy] the probe of route "${path}" asks for "${probe}", which that route does not answer; ` +
        `write a path of it such as "${example}", or \`probe: false\` for none`,
    );
  });
});

describe('Certificates', () => {
  test.each<readonly [Tls, string, readonly number[]]>([
    [Tls.internal(), 'https_any_certificate', [2 * 3600, 1800]],
    [Tls.acme({ email: 'a@b.org' }), 'https', [10 * 86_400, 3 * 86_400]],
    [Tls.acme({ email: 'a@b.org', staging: true }), 'https_any_certificate', [10 * 86_400, 3 * 86_400]],
    [Tls.files({ certificate: '/c', key: '/k' }), 'https', [21 * 86_400, 3 * 86_400]],
  ])('of %j are told of when they should have been renewed', (tls, module, seconds) => {
    const document = synth(shop({ environment: { tls, domain: 'shop.example.org' } }));
    expect(asked(document).map(({ labels }) => labels.__param_module)).toEqual([module]);
    const rules = rulesOf(document, 'CertificateExpires');
    expect(rules.map(({ expr, labels }) => [expr, labels.severity])).toEqual(
      ['warning', 'critical'].map((severity, index) => [
        `min by (instance, service, tls) (probe_ssl_earliest_cert_expiry{job="blackbox-exporter-routes",tls="${tls.kind}"}) - time() < ${seconds[index]}`,
        severity,
      ]),
    );
  });

  test('are not looked for where there are none', () => {
    expect(rulesOf(synth(shop({})), 'CertificateExpires')).toEqual([]);
  });
});

test('blackbox.yml takes any answer below 500 for life, and an unknown certificate only where nobody could know it', () => {
  const config = renderBlackbox();
  expect(config.replaceAll(/\[200, 201, .*, 499\]/g, '[200…499]')).toBe(`modules:
  http:
    prober: http
    http:
      method: GET
      follow_redirects: false
      valid_status_codes: [200…499]
      preferred_ip_protocol: ip4
      fail_if_ssl: true
  https:
    prober: http
    http:
      method: GET
      follow_redirects: false
      valid_status_codes: [200…499]
      preferred_ip_protocol: ip4
      fail_if_not_ssl: true
  https_any_certificate:
    prober: http
    http:
      method: GET
      follow_redirects: false
      valid_status_codes: [200…499]
      preferred_ip_protocol: ip4
      fail_if_not_ssl: true
      tls_config:
        insecure_skip_verify: true
`);
  const { modules } = parse(config) as { modules: { https: { http: { valid_status_codes: readonly number[] } } } };
  expect(modules.https.http.valid_status_codes).toHaveLength(300);
});

describe('The objective of a route', () => {
  const objective = { availability: 0.999, latency: { target: 0.99, threshold: Duration.millis(500) } };
  const burns = (stack: EnvironmentStack): readonly string[] =>
    [
      ...written(synth(stack), 'prometheus-config', 'rules.yml').matchAll(
        /BudgetBurns"\n(?:.*\n)*?\s+"route": "([^"]+)"/g,
      ),
    ].map(([, route = '']) => route);

  test('is watched by itself, under the name that the access log has', () => {
    const routes = [{ path: '/v1/*', objective }, { path: '/v2/*' }, { host: 'b.example.org', objective }];
    const stack = shop({ environment: { domain: 'a.example.org' }, routes });
    expect(new Set(burns(stack))).toEqual(new Set(['a.example.org/v1/*', 'b.example.org/*']));
  });

  test.each([
    [
      { proxy: { accessLog: false } },
      'route "/*" has an objective, which is counted from the access log; take `accessLog',
    ],
    [
      { monitoring: { logDriver: false } },
      'route "/*" of "proxy" has an objective, which is counted from logs, and there are',
    ],
  ] as const)('is refused where nobody counts: %#', (without, message) => {
    expect(refusal(() => synth(shop({ ...without, routes: [{ objective }] })))).toContain(message);
  });

  test.each([
    [{ availability: 1 }, '`availability` must be a part above 0 and below 1, got 1'],
    [
      { latency: { target: 0.9, threshold: Duration.millis(300) } },
      '`threshold` must be a time that the proxy counts by, got "300ms"',
    ],
    [{}, 'an objective states nothing; state `availability` or `latency`'],
    [{ availability: 0.5 }, 'an objective that lets 15 days of its time be missed could not be missed soon enough'],
    [{ availability: 0.9, window: Duration.days(7) }, 'an objective holds over 28 to 90 days'],
  ] as const)('has numbers that can be kept: %#', (wrong, message) => {
    expect(refusal(() => shop({ routes: [{ objective: wrong }] }))).toContain(message);
  });
});

test('a certificate that the program was given is trusted beside the public authorities', () => {
  const tls = Tls.files({ certificate: 'tls/own.crt', key: 'tls/own.key' });
  const stack = shop({ environment: { domain: 'shop.example.org', tls } });
  const env = container(synth(stack), 'blackbox-exporter').env as readonly string[];
  expect(env).toContain('SSL_CERT_DIR=/etc/ssl/certs:/run/secrets');
  const exporter = stack.context.services.find(({ hostname }) => hostname === 'blackbox-exporter');
  expect(exporter?.workload.secrets.map(({ secret }) => secret.name)).toEqual(['proxy-certificate']);
});

test('without a certificate of its own, a stack has no further authority', () => {
  const document = synth(shop({ environment: { domain: 'shop.example.org', tls: Tls.internal() } }));
  expect(JSON.stringify(container(document, 'blackbox-exporter').env ?? [])).not.toContain('SSL_CERT_DIR');
});
