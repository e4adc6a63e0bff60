import { checkProxyModel, type ProxyModel, type Route, type Site } from '../../../lib/config';
import { ConfigurationError, Duration } from '../../../lib/values';
import { proxyModel, site } from '../../support/proxy-models';

const one = (route: Partial<Route>): readonly Site[] => [
  site([{ path: '/', respond: { status: 200, body: '' }, ...route }]),
];
const some = one({});

describe('a model of a proxy is refused by every engine', () => {
  test.each<[string, readonly Site[], Partial<ProxyModel> | undefined, string]>([
    ['a port that is none', some, { httpPort: 65536 }, 'a port must be a whole number from 1 to 65535, got 65536'],
    ['one port twice', some, { metrics: { port: 80, path: '/metrics' } }, 'the proxy listens twice on port "80"'],
    [
      'a host twice',
      [
        site([], { hosts: ['a.org'], maintenance: { message: '', retryAfter: Duration.seconds(1) } }),
        { ...site([]), hosts: ['a.org'] },
      ],
      undefined,
      'two sites claim "a.org"; keep one',
    ],
    [
      'localhost twice',
      [...some, { ...site([]), hosts: ['localhost'] }],
      { tls: { kind: 'internal' } },
      'two sites claim "localhost"',
    ],
    ['a host that is none', [{ ...site([]), hosts: ['a.org {'] }], undefined, 'got "a.org {"'],
    [
      'ACME for any host',
      some,
      { tls: { kind: 'acme', email: 'a@b.org', staging: false } },
      'a site for any host cannot get a certificate by ACME',
    ],
    ['a site without a route', [site([])], undefined, 'site "any host" has no route; add one, or set maintenance'],
    [
      'a route without an answer',
      one({ respond: undefined }),
      undefined,
      'route "/" needs exactly one of upstreams, respond and files, got none',
    ],
    [
      'a route without an upstream',
      one({ respond: undefined, upstreams: [] }),
      undefined,
      'needs exactly one of upstreams, respond and files, got none',
    ],
    ['a route with two answers', one({ upstreams: ['a:1'] }), undefined, 'got upstreams and respond'],
    [
      'a path twice',
      [site([...one({})[0]!.routes, ...one({ path: '/*' })[0]!.routes])],
      undefined,
      'has two routes for "/*"; keep one',
    ],
    [
      'a path with another case twice',
      [site([...one({ path: '/A' })[0]!.routes, ...one({ path: '/a' })[0]!.routes])],
      undefined,
      'has two routes for "/a"',
    ],
    ['a path without a slash', one({ path: 'v1' }), undefined, 'got "v1"'],
    ['a path with a star inside', one({ path: '/a/*/b' }), undefined, 'got "/a/*/b"'],
    ['a path with two slashes', one({ path: '/a//b' }), undefined, 'got "/a//b"'],
    ['a path with dots', one({ path: '/a/../b' }), undefined, 'got "/a/../b"'],
  ])('for %s', (_, sites, more, message) => {
    const check = (): void => checkProxyModel(proxyModel(sites, more));
    expect(check).toThrow(message);
    expect(check).toThrow(ConfigurationError);
  });

  test('for a port of the program itself that is taken', () => {
    expect(() => checkProxyModel(proxyModel(some), [80])).toThrow('the proxy listens twice on port "80"; keep one');
    expect(() => checkProxyModel(proxyModel(some), [2019])).not.toThrow();
  });

  test('for a path of metrics that is not a plain path', () => {
    const metrics = { port: 9180, path: '/metrics {' };
    expect(() => checkProxyModel(proxyModel(some, { metrics }))).toThrow(
      'a metrics path must be such as "/metrics", got "/metrics {"',
    );
  });
});
