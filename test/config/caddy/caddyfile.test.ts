import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  type CaddyfileModel,
  renderCaddyfile,
  upstreamFiles,
  type Route,
  SECURITY_HEADERS,
  type Site,
} from '../../../lib/config';
import { ConfigurationError, Duration, Size } from '../../../lib/values';
import { adapt, format } from '../../support/caddy';
import { caddyfile, proxied, site } from '../../support/proxy-models';
import { describeWith } from '../../support/programs';

const GOLDEN = join(__dirname, '..', '..', 'golden', 'caddy');
const SAMPLES: Readonly<Record<string, CaddyfileModel>> = {
  plain: plainSample(),
  internal: internalSample(),
  public: publicSample(),
};

function plainSample(): CaddyfileModel {
  return caddyfile([site([proxied('/', 'api:8000')])]);
}

function internalSample(): CaddyfileModel {
  const dashboard = proxied('/dashboard/*', 'grafana:3000', {
    stripPrefix: true,
    basicAuth: [{ user: 'ops', hashFile: '/run/secrets/dashboard-hash' }],
    allow: ['10.0.0.0/8', '2001:DB8::/32'],
    responseHeaders: { 'X-Frame-Options': null, 'X-Note': 'say "hi" to {host}' },
  });
  const api = proxied('/', 'api-1:8000', {
    upstreams: ['api-1:8000', 'api-2:8000'],
    service: 'shop',
    maxRequestBody: Size.mebibytes(10),
  });
  const only = { securityHeaders: SECURITY_HEADERS, compression: true };
  return caddyfile([site([api, dashboard], only)], {
    tls: { kind: 'internal' },
    http3: true,
    redirectHttp: true,
    publicHttpsPort: 8443,
    accessLog: true,
    metrics: { port: 9180, path: '/metrics' },
  });
}

function publicSample(): CaddyfileModel {
  const shop = site(
    [
      { path: '/', files: { root: '/srv/shop', fallback: '/index.html', cacheFor: Duration.hours(1) } },
      { path: '/robots.txt', respond: { status: 200, body: 'User-agent: *\nDisallow: /\n' } },
      proxied('/v1/*', 'api:8000', {
        upstreamProtocol: 'h2c',
        requestHeaders: { 'X-Internal': null, 'X-Shop': 'one' },
      }),
    ],
    { hosts: ['shop.example.org', 'www.example.org'], securityHeaders: SECURITY_HEADERS },
  );
  const closed = site([], {
    hosts: ['old.example.org'],
    maintenance: { message: 'Back at noon.', retryAfter: Duration.minutes(30) },
  });
  return caddyfile([shop, closed], {
    tls: { kind: 'acme', email: 'ops@example.org', staging: true },
    redirectHttp: true,
    trustedProxies: ['192.0.2.7'],
  });
}

describe('a Caddyfile', () => {
  test.each(Object.keys(SAMPLES))('is written as test/golden/caddy/%s.Caddyfile says', (name) => {
    const model = SAMPLES[name];
    expect(model && renderCaddyfile(model)).toBe(readFileSync(join(GOLDEN, `${name}.Caddyfile`), 'utf8'));
  });

  test('does not depend on the order of the routes', () => {
    const routes: Route[] = ['/', '/a', '/a/*', '/a/b/*', '/health'].map((path) => ({
      path,
      respond: { status: 200, body: path },
    }));
    const expected = renderCaddyfile(caddyfile([site(routes)]));
    fc.assert(
      fc.property(fc.shuffledSubarray(routes, { minLength: routes.length }), (shuffled) => {
        expect(renderCaddyfile(caddyfile([site(shuffled)]))).toBe(expected);
      }),
      { numRuns: 20 },
    );
  });

  test('keeps a reference to a container that does not exist yet as it is', () => {
    const upstreams = [
      '${docker_container.x.name}:8000',
      '${docker_container.x["a"].name}:${y.z}',
      'pre-${a.b}:80',
      '[::1]:80',
    ];
    const text = renderCaddyfile(caddyfile([site([proxied('/', '', { upstreams })])]));
    for (const upstream of upstreams) expect(text).toContain(upstream);
  });

  test('reads the host of a live upstream from two files, of which one is whole at any time', () => {
    const upstreams = { name: 'api', hosts: ['${docker_container.api.name}', 'x'], port: 8000 };
    const model = caddyfile([site([proxied('/', '', { upstreams }), proxied('/v1', '', { upstreams })])], {
      upstreamDirectory: '/srv',
    });
    const text = renderCaddyfile(model);
    expect(text).toMatch(
      /map \{file\.\/srv\/upstream-api\.a\} \{upstream_api\} \{\n\s+~\^\(\.\+\)\$ "\$\{1\}"\n\s+default \{file\.\/srv\/upstream-api\.b\}\n/,
    );
    expect(text).not.toContain('docker_container');
    expect(upstreamFiles(model)).toEqual([
      { fileName: 'upstream-api.a', content: Array(6).fill('${docker_container.api.name} x').join(' ') },
      { fileName: 'upstream-api.b', content: Array(6).fill('${docker_container.api.name} x').join(' ') },
    ]);
  });

  test('is the same for one to twelve live upstreams, and takes as many more as there are', () => {
    const text = (count: number): string => {
      const hosts = Array.from({ length: count }, (_, index) => `host-${index}`);
      return renderCaddyfile(caddyfile([site([proxied('/', '', { upstreams: { name: 'api', hosts, port: 8000 } })])]));
    };
    expect(new Set([1, 2, 3, 5, 12].map(text)).size).toBe(1);
    expect(text(13)).toContain('{upstream_api_12}:8000 {upstream_api_13}:8000 {');
  });

  test('refuses a name of live upstreams that cannot be part of the name of a file', () => {
    const upstreams = { name: 'A b', hosts: ['x'], port: 1 };
    const model = caddyfile([site([proxied('/', '', { upstreams })])]);
    expect(() => renderCaddyfile(model)).toThrow('the name of live upstreams must be lower-case letters');
  });

  test.each<[string, Partial<CaddyfileModel>, boolean]>([
    ['TLS off', { tls: { kind: 'off' } }, false],
    ['certificates for localhost', { tls: { kind: 'internal' } }, false],
    ['certificate files', { tls: { kind: 'files', certificate: '/tls/c.pem', key: '/tls/k.pem' } }, true],
  ])('with %s promises HTTPS for the future: %j', (_, more, expected) => {
    const text = renderCaddyfile(
      caddyfile([site([proxied('/', 'api:80')], { securityHeaders: SECURITY_HEADERS })], more),
    );
    expect(text.includes('Strict-Transport-Security')).toBe(expected);
  });

  test('that drains gives each server of the sites a listener of its own, which changes with any other text', () => {
    const sockets = (more: Partial<CaddyfileModel>, path = '/'): readonly string[] => {
      const secure = { tls: { kind: 'internal' }, redirectHttp: true } as const;
      const shop = site([proxied(path, 'api:8000')], { hosts: ['shop.example'] });
      const text = renderCaddyfile(caddyfile([shop], { reloadDrain: Duration.seconds(1), ...secure, ...more }));
      return text.match(/caddy-\w*\.sock/g) ?? [];
    };
    const [first = '', ...others] = sockets({});
    expect(first).toMatch(/^caddy-[0-9a-f]{12}\.sock$/);
    // The site, and what answers for unknown hosts on its port.
    expect(others).toEqual([first]);
    expect(sockets({})[0]).toBe(first);
    for (const other of [sockets({ accessLog: true }), sockets({}, '/other')]) expect(other[0]).not.toBe(first);
    expect(sockets({ reloadDrain: Duration.seconds(0) })).toEqual([]);
  });

  test('with certificate files asks no authority for hosts that they do not cover', () => {
    const tls = { kind: 'files', certificate: '/tls/c.pem', key: '/tls/k.pem' } as const;
    const text = renderCaddyfile(caddyfile([site([proxied('/', 'api:80')], { hosts: ['a.org'] })], { tls }));
    expect(text).toContain('\tauto_https off\n');
    expect(text).toContain('https://a.org:443 {\n\ttls /tls/c.pem /tls/k.pem\n');
  });
});

describe('a Caddyfile is refused', () => {
  const refusal = (sites: readonly Site[], more?: Partial<CaddyfileModel>) => () =>
    renderCaddyfile(caddyfile(sites, more));
  const one = (route: Partial<Route>): readonly Site[] => [
    site([{ path: '/', respond: { status: 200, body: '' }, ...route }]),
  ];
  const some = one({});

  test.each<[string, readonly Site[], Partial<CaddyfileModel> | undefined, string]>([
    [
      'an admin address for others',
      some,
      { adminAddress: ':2019' },
      `must be on this machine alone, such as "localhost:2019", got ":2019"`,
    ],
    [
      'ACME for a wildcard',
      [{ ...site([]), hosts: ['*.b.org'] }],
      { tls: { kind: 'acme', email: 'a@b.org', staging: false } },
      'ACME gives "*.b.org" a certificate only by a DNS challenge',
    ],
    [
      'an e-mail with braces',
      [{ ...site([...(some[0]?.routes ?? [])]), hosts: ['a.org'] }],
      { tls: { kind: 'acme', email: '{env.X}@b.org', staging: false } },
      'ACME e-mail must not contain braces',
    ],
    ['an empty allow-list', one({ allow: [] }), undefined, 'route "/" allows no address at all'],
    ['a bad network', one({ allow: ['10.0.0.0/33'] }), undefined, 'got "10.0.0.0/33"'],
    ['a bad trusted proxy', some, { trustedProxies: ['all'] }, 'got "all"'],
    ['no user', one({ basicAuth: [] }), undefined, 'route "/" has a password but no user'],
    ['a bad user', one({ basicAuth: [{ user: 'a:b', hashFile: '/x' }] }), undefined, 'and not be "import", got "a:b"'],
    [
      'a bad hash file',
      one({ basicAuth: [{ user: 'a', hashFile: '/x}' }] }),
      undefined,
      'a hash file must be an absolute path of letters',
    ],
    [
      'an upstream with a placeholder',
      one({ respond: undefined, upstreams: ['{http.request.host}:80'] }),
      undefined,
      'an upstream must be "name:port", got "{http.request.host}:80"',
    ],
    [
      'an upstream without a port',
      one({ respond: undefined, upstreams: ['api'] }),
      undefined,
      'an upstream must be "name:port", got "api"',
    ],
    ['a bad header name', one({ responseHeaders: { 'X:': 'a' } }), undefined, 'got "X:"'],
    [
      'an empty header',
      one({ responseHeaders: { 'X-A': '' } }),
      undefined,
      'response header X-A must be one line without blanks around it and not empty, got ""',
    ],
    ['a header of two lines', one({ responseHeaders: { 'X-A': 'a\nb' } }), undefined, String.raw`got "a\nb"`],
    [
      'a status that is none',
      one({ respond: { status: 99, body: '' } }),
      undefined,
      `a response's status must be from 200 to 599, got 99`,
    ],
    [
      'an environment variable',
      one({ respond: { status: 200, body: 'a {$HOME} b' } }),
      undefined,
      'which Caddy replaces by an environment variable',
    ],
    [
      'a control character',
      one({ respond: { status: 200, body: '\x07' } }),
      undefined,
      'response body must not contain control characters',
    ],
    [
      'a value of the deployment',
      one({ responseHeaders: { 'X-A': '${TfToken[TOKEN.0]}' } }),
      undefined,
      'a value known only at deployment',
    ],
  ])('for %s', (_, sites, more, message) => {
    expect(refusal(sites, more)).toThrow(message);
    expect(refusal(sites, more)).toThrow(ConfigurationError);
  });
});

describeWith('caddy', 'the real Caddy', () => {
  test.each(Object.keys(SAMPLES))(
    'reads test/golden/caddy/%s.Caddyfile and would not lay it out differently',
    (name) => {
      const text = readFileSync(join(GOLDEN, `${name}.Caddyfile`), 'utf8');
      expect(adapt(text).error).toBe('');
      expect(format(text)).toBe(text);
    },
  );
});
