import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Duration, ReverseProxy, Secret, Size, staticUpstreams, Tls } from '../../lib';
import type { ProxyModel, ReverseProxyProps, RouteOptions } from '../../lib';
import { recording } from '../support/recording-engine';
import { refusal } from '../support/refusal';
import { api } from '../support/services';
import { container, ids, synth, testStack } from '../support/stacks';
import type { Document, Place } from '../support/stacks';

interface Said {
  readonly props?: ReverseProxyProps;
  readonly environment?: Partial<Place>;
  readonly route?: RouteOptions;
}

function proxied({ props, environment, route }: Said): {
  readonly document: Document;
  readonly model: ProxyModel;
} {
  const recorder = recording();
  const stack = testStack(environment);
  const proxy = new ReverseProxy(stack, 'Proxy', { engine: recorder.engine, ...props });
  proxy.addRoute(api(stack), route);
  return { document: synth(stack), model: recorder.model() };
}

describe('what a proxy decides', () => {
  test('with defaults: plain HTTP for any host, on the loopback address', () => {
    const { document, model } = proxied({});
    const { sites, ...rest } = model;
    expect(rest).toMatchObject({
      httpPort: 80,
      tls: { kind: 'off' },
      accessLog: true,
      redirectHttp: true,
      metrics: { port: 2020, path: '/metrics' },
    });
    expect(String(rest.gracePeriod)).toBe('30s');
    expect(sites).toHaveLength(1);
    expect(sites[0]).toMatchObject({ hosts: [], compression: true, routes: [{ path: '/*' }] });
    expect(Object.keys(sites[0]?.securityHeaders ?? {})).toContain('X-Content-Type-Options');
    expect(container(document, 'proxy').ports).toEqual([
      { internal: 80, external: 80, ip: '127.0.0.1', protocol: 'tcp' },
    ]);
  });

  test('limits of a route have sensible defaults, and are said otherwise', () => {
    const [usual] = proxied({}).model.sites[0]?.routes ?? [];
    expect([usual?.connectTimeout, usual?.responseTimeout, usual?.maxRequestBody].map(String)).toEqual([
      '5s',
      '1m0s',
      '10m',
    ]);
    const route: RouteOptions = {
      path: '/v1/*',
      stripPrefix: true,
      maxRequestBody: Size.gibibytes(1),
      connectTimeout: Duration.seconds(1),
      responseTimeout: Duration.minutes(9),
      allow: ['10.0.0.0/8'],
      requestHeaders: { 'X-From': 'proxy' },
      responseHeaders: { Server: null },
    };
    const [said] = proxied({ route }).model.sites[0]?.routes ?? [];
    expect(said).toMatchObject({ ...route, allow: ['10.0.0.0/8'] });
  });

  test('a site for each host, the domain of the environment where a route names none', () => {
    const { engine, model } = recording();
    const stack = testStack({ domain: 'shop.example.org' });
    const proxy = new ReverseProxy(stack, 'Proxy', { engine });
    proxy.addRoute(api(stack));
    proxy.addRoute(staticUpstreams('legacy:80', 'legacy:81'), { path: '/old/*' });
    proxy.addRoute(staticUpstreams('admin:80'), { host: 'admin.example.org' });
    synth(stack);
    expect(model().sites.map(({ hosts, routes }) => [hosts, routes.map(({ path: at }) => at)])).toEqual([
      [['shop.example.org'], ['/*', '/old/*']],
      [['admin.example.org'], ['/*']],
    ]);
    expect(model().sites[0]?.routes[1]?.upstreams).toEqual(['legacy:80', 'legacy:81']);
  });

  test('users are checked against hashes in files, one for each password however often it is used', () => {
    const { engine, model } = recording();
    const stack = testStack();
    const password = new Secret(stack, 'AdminPassword');
    for (const [id, edge] of [
      ['Proxy', 'a'],
      ['Second', 'b'],
    ] as const) {
      const proxy = new ReverseProxy(stack, id, { engine });
      proxy.addRoute(staticUpstreams('a:80'), { basicAuth: [{ user: edge, password }] });
      proxy.addRoute(staticUpstreams('b:80'), { path: '/b', basicAuth: [{ user: 'other', password }] });
    }
    stack.prepareStack();
    expect(model().sites[0]?.routes.map(({ basicAuth }) => basicAuth)).toEqual([
      [{ user: 'b', hashFile: '/run/secrets/admin-password-hash' }],
      [{ user: 'other', hashFile: '/run/secrets/admin-password-hash' }],
    ]);
    expect(stack.context.secrets.map(({ name, origin }) => `${name}: ${origin}`)).toEqual([
      'admin-password: generated',
      'admin-password-hash: bcrypt',
    ]);
  });

  test('maintenance, compression, logs, headers and trusted proxies are as it is told', () => {
    const maintenance = { message: 'back soon', retryAfter: Duration.minutes(5) };
    const { model } = proxied({
      props: {
        maintenance,
        compression: false,
        accessLog: false,
        securityHeaders: { Server: null },
        trustedProxies: ['10.0.0.1'],
        stopGracePeriod: Duration.seconds(7),
      },
    });
    expect(model).toMatchObject({ accessLog: false, trustedProxies: ['10.0.0.1'] });
    expect(String(model.gracePeriod)).toBe('7s');
    expect(model.sites[0]).toMatchObject({ maintenance, compression: false, securityHeaders: { Server: null } });
  });
});

describe('TLS', () => {
  const ports = (document: Document): readonly string[] =>
    (container(document, 'proxy').ports as Record<string, unknown>[]).map(
      (port) => `${String(port.external)}/${String(port.protocol)}`,
    );

  test('publishes HTTPS and HTTP/3 beside the redirect', () => {
    const { document, model } = proxied({ environment: { tls: Tls.internal(), edge: { http: 8080, https: 8443 } } });
    expect(ports(document)).toEqual(['8080/tcp', '8443/tcp', '8443/udp']);
    expect(model).toMatchObject({ tls: { kind: 'internal' }, http3: true, publicHttpsPort: 8443 });
    expect(ports(proxied({ props: { tls: Tls.internal(), http3: false } }).document)).toEqual(['80/tcp', '443/tcp']);
  });

  test('keeps its certificates in a volume, which plain HTTP does not need', () => {
    const volumes = (said: Said): readonly string[] =>
      ids(proxied(said).document, 'docker_volume').filter((id) => id.endsWith('-data'));
    expect(volumes({ environment: { tls: Tls.acme({ email: 'ops@example.org' }), domain: 'example.org' } })).toEqual([
      'proxy-data',
    ]);
    expect(volumes({})).toEqual([]);
    expect(container(proxied({}).document, 'proxy').tmpfs).toHaveProperty('/var/lib/recorder');
  });

  test('from files delivers them as secrets, so that the key is in no document', () => {
    const directory = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'tls-')));
    try {
      const [certificate, key] = ['cert.pem', 'key.pem'].map((name) => path.join(directory, name)) as [string, string];
      fs.writeFileSync(certificate, 'a certificate');
      fs.writeFileSync(key, 'Canary key');
      const stack = testStack({}, { secretsDirectory: path.join(directory, 'secrets') });
      const { engine, model } = recording();
      new ReverseProxy(stack, 'Proxy', { engine, tls: Tls.files({ certificate, key }) }).addRoute(
        staticUpstreams('a:80'),
      );
      const document = synth(stack);
      expect(model().tls).toEqual({
        kind: 'files',
        certificate: '/run/secrets/proxy-certificate',
        key: '/run/secrets/proxy-key',
      });
      expect(fs.readFileSync(path.join(directory, 'secrets', 'shop-test', 'proxy-key'), 'utf8')).toBe('Canary key');
      expect(JSON.stringify(document)).not.toContain('Canary');
    } finally {
      fs.rmSync(directory, { recursive: true });
    }
  });
});

describe('a rate limit', () => {
  const rateLimit = { requests: 10, per: Duration.seconds(1) };
  const notes = (stack: ReturnType<typeof testStack>): readonly unknown[] =>
    stack.node
      .findAll()
      .flatMap(({ node }) =>
        node.metadata.filter(({ type }) => type.endsWith('/info')).map(({ data }) => data as unknown),
      );

  test('is refused by an engine that has no limiter, and only noted where it is a wish', () => {
    const stack = testStack();
    const proxy = new ReverseProxy(stack, 'Proxy');
    const text = 'route "/*" wants a rate limit of 10 requests per 1s, and Caddy has no limiter; ';
    const remedy = 'use an engine that has one, put one in front, or state `required: false` to do without';
    expect(() => proxy.addRoute(staticUpstreams('a:80'), { rateLimit })).toThrow(`[shop-test/Proxy] ${text}${remedy}`);
    expect(notes(stack)).toEqual([]);
    proxy.addRoute(staticUpstreams('a:80'), { rateLimit: { ...rateLimit, required: false } });
    expect(notes(stack)).toEqual([`${text}nothing is limited, as \`required: false\` accepts`]);
    synth(stack);
  });

  test('is nothing to talk about for an engine that has one', () => {
    const stack = testStack();
    const { engine } = recording({ features: new Set(['rate-limit']) });
    new ReverseProxy(stack, 'Proxy', { engine }).addRoute(staticUpstreams('a:80'), { rateLimit });
    synth(stack);
    expect(notes(stack)).toEqual([]);
  });
});

describe('routes', () => {
  const refused = (first: RouteOptions, second?: RouteOptions, environment: Partial<Place> = {}): (() => void) => {
    const stack = testStack(environment);
    const proxy = new ReverseProxy(stack, 'Proxy');
    return () => {
      proxy.addRoute(staticUpstreams('a:80'), first);
      if (second !== undefined) proxy.addRoute(staticUpstreams('b:80'), second);
      synth(stack);
    };
  };

  test.each([
    [{ path: 'v1' }, undefined, 'route path "v1" does not start with "/"; write for example "/v1/*"'],
    [{ path: '/a' }, { path: '/a' }, 'two routes for host "any" and path "/a"; keep one of them'],
    [{ host: 'A B' }, undefined, 'route host must be a lower-case host name'],
    [{ allow: ['10.1.2.3/8'] }, undefined, 'network "10.1.2.3/8" has address bits beyond its prefix'],
  ])('%j %j are refused', (first, second, message) => {
    expect(refused(first, second)).toThrow(message);
  });

  test('for the domain, said or meant, are the same', () => {
    expect(refused({}, { host: 'example.org' }, { domain: 'example.org' })).toThrow(
      '[shop-test/Proxy] site "example.org" has two routes for "/*"; keep one',
    );
  });

  test('of another host are others', () => {
    expect(refused({ path: '/a' }, { path: '/a', host: 'example.org' })).not.toThrow();
  });
});

test('the address for people follows TLS, domain and port', () => {
  const urls = (environment: Partial<Place>): readonly string[] => {
    const stack = testStack(environment);
    new ReverseProxy(stack, 'Proxy');
    return stack.context.urls;
  };
  expect(urls({})).toEqual(['http://localhost']);
  expect(urls({ edge: { http: 8001 } })).toEqual(['http://localhost:8001']);
  expect(urls({ tls: Tls.internal(), domain: 'example.org' })).toEqual(['https://example.org']);
  expect(urls({ tls: Tls.internal(), domain: 'example.org', edge: { https: 8443 } })).toEqual([
    'https://example.org:8443',
  ]);
});

test('the metrics of the proxy itself are on a port of its own, which is not published', () => {
  const stack = testStack();
  const proxy = new ReverseProxy(stack, 'Proxy');
  const [{ network, workload, ...target } = {}, ...others] = proxy.toScrapeTargets();
  expect([target, ...others]).toEqual([{ job: 'proxy', host: 'proxy', port: 2020, path: '/metrics' }]);
  expect([network === proxy.network, workload === proxy.workload]).toEqual([true, true]);
  expect(proxy.workload.spec.ports.map(({ container: port }) => port)).toEqual([80]);
});

test('all addresses of the host are published one by one, in whichever order the engine lists them', () => {
  const { ports, lifecycle } = container(proxied({ environment: { edge: { address: '*' } } }).document, 'proxy');
  expect(ports).toEqual([
    { internal: 80, external: 80, ip: '0.0.0.0', protocol: 'tcp' },
    { internal: 80, external: 80, ip: '::', protocol: 'tcp' },
  ]);
  expect(lifecycle).toMatchObject({ ignore_changes: ['name', 'log_opts', 'ulimit', 'ports'] });
});

test('a route is compressed as it says, else as the proxy says', () => {
  expect(proxied({ route: { compression: false } }).model.sites[0]).toMatchObject({
    compression: true,
    routes: [{ compression: false }],
  });
});

test.each<[RouteOptions, string]>([
  [
    { requestHeaders: { 'X-Real-IP': '{client_ip}' } },
    '`requestHeaders` must not have placeholders, got "{client_ip}" in X-Real-IP',
  ],
  [
    { responseHeaders: { 'X-At': 'a {http.request.host} b' } },
    '`responseHeaders` must not have placeholders, got "{http.request.host}" in X-At',
  ],
])('a placeholder in a header is refused, because it would be sent as it stands: %j', (route, message) => {
  expect(refusal(() => proxied({ route }))).toContain(`[shop-test/Proxy] ${message}: it would be sent as it stands`);
});

test('braces that are no placeholder stay in a header', () => {
  const requestHeaders = { 'X-Json': '{"a": 1}' };
  expect(proxied({ route: { requestHeaders } }).model.sites[0]?.routes[0]?.requestHeaders).toEqual(requestHeaders);
});
