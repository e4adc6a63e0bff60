import type { Server } from 'node:http';
import { hashSync } from 'bcryptjs';
import {
  type CaddyfileModel,
  renderCaddyfile,
  upstreamFiles,
  type Route,
  SECURITY_HEADERS,
  type Site,
} from '../../../lib/config';
import { Duration, Size } from '../../../lib/values';
import { type Answer, ask, CaddyServer, type Question, untilCertified } from '../../support/caddy';
import { caddyfile, proxied, site } from '../../support/proxy-models';
import { startUpstream, upstreamSaw } from '../../support/caddy-upstream';
import { echo, openWebSocket } from '../../support/raw-websocket';
import { freePorts } from '../../support/free-ports';
import { describeWith } from '../../support/programs';

const HOSTILE = [
  'a {host} b',
  '{http.request.host}',
  String.raw`back\slash "quote" {env.HOME}`,
  '`tick` {',
  '}',
  String.raw`\{x\}`,
  '${y} #z',
];

describeWith('caddy', 'Caddy', () => {
  const caddy = { plain: new CaddyServer(), secure: new CaddyServer() };
  let upstream: Server;
  let upstreamPort: number;
  let closedPort: number;
  let plain: CaddyfileModel;
  let secure: CaddyfileModel;

  beforeAll(async () => {
    const ports = await freePorts(8);
    const [http = 0, metrics = 0, plainAdmin = 0, redirecting = 0, https = 0, secureAdmin = 0, ...others] = ports;
    [upstreamPort = 0, closedPort = 0] = others;
    upstream = await startUpstream(upstreamPort);
    const hashFile = caddy.plain.file('hash', `${hashSync('correct', 4)}\n`);
    plain = caddyfile(plainSites(upstreamPort, closedPort, hashFile, caddy.plain), {
      adminAddress: `localhost:${plainAdmin}`,
      httpPort: http,
      metrics: { port: metrics, path: '/metrics' },
      accessLog: true,
      trustedProxies: ['127.0.0.1'],
      upstreamDirectory: caddy.plain.directory,
    });
    for (const { fileName, content } of upstreamFiles(plain)) caddy.plain.file(fileName, content);
    secure = caddyfile(secureSites(upstreamPort), {
      adminAddress: `localhost:${secureAdmin}`,
      httpPort: redirecting,
      httpsPort: https,
      publicHttpsPort: https,
      tls: { kind: 'internal' },
      redirectHttp: true,
    });
    await Promise.all([caddy.plain.run(renderCaddyfile(plain)), caddy.secure.run(renderCaddyfile(secure))]);
    await untilCertified(https);
  });

  afterAll(async () => {
    await Promise.all([caddy.plain.stop(), caddy.secure.stop()]);
    upstream.closeAllConnections();
    upstream.close();
  });

  const get = (path: string, more: Partial<Question> = {}): Promise<Answer> =>
    ask({ port: plain.httpPort, host: 'app.test', path, ...more });
  const getSecure = (path: string, more: Partial<Question> = {}): Promise<Answer> =>
    ask({ port: secure.httpsPort, tls: true, path, ...more });

  describe('routes', () => {
    test.each([
      ['/', 'everything'],
      ['/v1', 'v1'],
      ['/v1/', 'v1'],
      ['/v1/x', 'v1'],
      ['/v10', 'everything'],
      ['/v1/deep', 'deep'],
      ['/v1/deep/x', 'deep'],
      ['/exact', 'exact'],
      ['/exact/x', 'below exact'],
    ])('the longest path wins, whatever the order was: %s is answered by %j', async (path, body) => {
      expect(await get(path, { host: 'order.test' })).toMatchObject({ status: 200, body });
    });

    test('a path of no route is not found', async () => {
      expect(await get('/other', { host: 'narrow.test' })).toMatchObject({ status: 404, body: '404 Not Found' });
    });

    test('a host of no site is misdirected', async () => {
      const { status, body, headers } = await get('/', { host: 'unknown.test' });
      expect({ status, body, server: headers.server }).toEqual({ status: 421, body: '', server: undefined });
    });

    test.each([
      ['/strip', '/'],
      ['/strip/a?b=c', '/a?b=c'],
    ])('a stripped path reaches the upstream without its prefix: %s as %s', async (path, seen) => {
      expect(upstreamSaw(await get(path)).url).toBe(seen);
    });

    test('files are served, but not those whose name begins with a dot; unknown ones by the fallback', async () => {
      const index = await get('/files/index.html');
      expect(index).toMatchObject({ status: 200, body: 'index', headers: { 'cache-control': 'public, max-age=3600' } });
      expect(await get('/files/some/page')).toMatchObject({ status: 200, body: 'index' });
      const hidden = await get('/files/.env');
      expect({ status: hidden.status, cache: hidden.headers['cache-control'] }).toEqual({
        status: 404,
        cache: undefined,
      });
    });

    test('an upstream that refuses connections is retried, then the answer is an error', async () => {
      expect(await get('/refused')).toMatchObject({ status: 502, body: '502 Bad Gateway' });
    });

    test('a live upstream moves without a reload, and answers while one of its files is being replaced', async () => {
      const status = async (): Promise<number> => (await get('/live')).status;
      const [first, second] = ['upstream-app.a', 'upstream-app.b'];
      expect(await status()).toBe(200);
      caddy.plain.file(first, '');
      expect(await status()).toBe(200);
      caddy.plain.remove(first);
      expect(await status()).toBe(200);
      caddy.plain.file(first, Array(12).fill('127.0.0.2').join(' '));
      caddy.plain.file(second, Array(12).fill('127.0.0.2').join(' '));
      expect(await status()).toBe(502);
      caddy.plain.file(first, Array(12).fill('127.0.0.1').join(' '));
      expect(await status()).toBe(200);
    });

    test('of several upstreams one that refuses costs no request', async () => {
      const answers = await Promise.all([1, 2, 3, 4, 5, 6].map(() => get('/pair')));
      expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200, 200, 200]);
    });
  });

  describe('guards', () => {
    const password = (text: string) => ({
      headers: { authorization: `Basic ${Buffer.from(text).toString('base64')}` },
    });

    test('a request body over the limit is too large, one at the limit is not', async () => {
      expect(await get('/limited', { method: 'POST', body: 'x'.repeat(1025) })).toMatchObject({ status: 413 });
      expect(upstreamSaw(await get('/limited', { method: 'POST', body: 'x'.repeat(1024) })).length).toBe(1024);
    });

    test('a password is asked for, and its hash comes from a file', async () => {
      expect(await get('/secret')).toMatchObject({
        status: 401,
        headers: { 'www-authenticate': 'Basic realm="restricted"' },
      });
      expect(await get('/secret', password('ops:wrong'))).toMatchObject({ status: 401 });
      expect(await get('/secret', password('other:correct'))).toMatchObject({ status: 401 });
      expect(await get('/secret', password('ops:correct'))).toMatchObject({ status: 200 });
    });

    test('an address outside the allow-list is refused, before it is asked for a password', async () => {
      const outside = { headers: { 'x-forwarded-for': '192.0.2.1' } };
      expect(await get('/inside', { headers: { 'x-forwarded-for': '10.1.2.3' } })).toMatchObject({ status: 401 });
      expect(await get('/inside', outside)).toMatchObject({ status: 403, body: '403 Forbidden' });
      // The first address is what the client claimed, the last is what the trusted proxy saw.
      const forged = { headers: { 'x-forwarded-for': '10.1.2.3, 192.0.2.1' } };
      expect(await get('/inside', forged)).toMatchObject({ status: 403 });
    });

    test('a client cannot lie about its address to a proxy that trusts nobody', async () => {
      const { headers } = upstreamSaw(await getSecure('/', { headers: { 'x-forwarded-for': '10.1.2.3' } }));
      expect(headers['x-forwarded-for']).toBe('127.0.0.1');
      expect(headers['x-forwarded-proto']).toBe('https');
      expect(await getSecure('/inside', { headers: { 'x-forwarded-for': '10.1.2.3' } })).toMatchObject({ status: 403 });
    });

    test('maintenance answers every path', async () => {
      for (const path of ['/', '/health', '/v1/x']) {
        const answer = await get(path, { host: 'closed.test' });
        expect(answer).toMatchObject({ status: 503, body: 'Back "soon" {host}', headers: { 'retry-after': '90' } });
      }
    });
  });

  describe('headers', () => {
    const expected = {
      'x-content-type-options': 'nosniff',
      'content-security-policy': "frame-ancestors 'self'",
      'x-frame-options': 'SAMEORIGIN',
      'referrer-policy': 'strict-origin-when-cross-origin',
    };

    test('security headers are on every answer, errors included, and the server does not name itself', async () => {
      const answers = await Promise.all([
        get('/'),
        get('/secret'),
        get('/refused'),
        get('/limited', { method: 'POST', body: 'x'.repeat(1025) }),
      ]);
      expect(answers.map((answer) => answer.status)).toEqual([200, 401, 502, 413]);
      for (const { headers } of answers) {
        expect(headers).toMatchObject(expected);
        expect(headers.server).toBeUndefined();
      }
    });

    test('HTTPS is promised for the future by a site with a name, not by localhost and not without TLS', async () => {
      const promise = async (answer: Promise<Answer>) => (await answer).headers['strict-transport-security'];
      expect(await promise(getSecure('/', { host: 'app.test' }))).toBe('max-age=31536000');
      expect(await promise(getSecure('/', { host: 'localhost' }))).toBeUndefined();
      expect(await promise(get('/'))).toBeUndefined();
    });

    test("the application's own value wins over the site's, and each of the others stays", async () => {
      const { headers } = await get('/own-headers');
      expect(headers).toMatchObject({ ...expected, 'x-frame-options': 'DENY', 'x-content-type-options': 'nosniff' });
    });

    test("a route's header wins over both, and a removed one is gone", async () => {
      const { headers } = await get('/route-headers');
      expect(headers['x-frame-options']).toBeUndefined();
      expect(headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff' });
    });

    test('a route sets and removes headers of the request', async () => {
      const { headers } = upstreamSaw(await get('/route-headers', { headers: { 'x-internal': 'forged' } }));
      expect(headers['x-internal']).toBeUndefined();
      expect(headers['x-set']).toBe('{host} "quote"');
    });

    test('answers are compressed as the client prefers', async () => {
      const { headers } = await get('/long', { headers: { 'accept-encoding': 'gzip' } });
      expect(headers['content-encoding']).toBe('gzip');
    });

    test.each(HOSTILE.map((text, index) => [text, index] as const))('text is literal: %s', async (text, index) => {
      const { body, headers } = await get(`/hostile/${index}`);
      expect({ body, header: headers['x-text'] }).toEqual({ body: text, header: text });
    });
  });

  describe('TLS', () => {
    test('plain HTTP is redirected for good to the port that clients see, with path and query', async () => {
      const { status, headers } = await ask({
        port: secure.httpPort,
        host: 'app.test',
        path: '/a?b=c',
        method: 'POST',
      });
      expect({ status, location: headers.location }).toEqual({
        status: 308,
        location: `https://app.test:${secure.httpsPort}/a?b=c`,
      });
    });

    test('a site for any host is this machine, by name and by address', async () => {
      expect(await getSecure('/', { host: 'localhost' })).toMatchObject({ status: 200 });
      expect(await getSecure('/', { host: '127.0.0.1' })).toMatchObject({ status: 200 });
    });

    test('a host that the certificate does not cover is misdirected', async () => {
      expect(await getSecure('/', { host: 'localhost', headers: { host: 'unknown.test' } })).toMatchObject({
        status: 421,
        body: '',
      });
    });
  });

  test('every request of a site is logged as JSON, without what authorizes it', async () => {
    await get('/?logged=1', { headers: { authorization: 'Basic canary', cookie: 'canary=1' } });
    expect(await caddy.plain.logged('/?logged=1')).toMatchObject({
      logger: 'http.log.access.log0',
      status: 200,
      request: { host: 'app.test' },
    });
    expect(JSON.stringify(caddy.plain.log())).not.toContain('canary');
  });

  test('the log says which route a request took, and who was to answer', async () => {
    await get('/inside?which');
    expect(await caddy.plain.logged('/inside?which')).toMatchObject({
      status: 403,
      route: 'app.test/inside',
      service: 'inner',
    });
  });

  test('metrics have a port of their own, which serves nothing else', async () => {
    const port = plain.metrics?.port ?? 0;
    expect(await ask({ port, path: '/metrics' })).toMatchObject({
      status: 200,
      body: expect.stringContaining('caddy_http_requests_total'),
    });
    expect(await ask({ port, path: '/' })).toMatchObject({ status: 404 });
    expect((await get('/metrics')).body).not.toContain('caddy_http_requests_total');
  });

  test('an open websocket survives reloads for as long as streamCloseDelay says', async () => {
    const reload = (streamCloseDelay: Duration, path: string): void => {
      const route: Route = { path, respond: { status: 200, body: 'new' } };
      const sites = plain.sites.map((each) => ({ ...each, routes: [...each.routes, route] }));
      caddy.plain.reload(renderCaddyfile({ ...plain, sites, streamCloseDelay }), plain.adminAddress);
    };
    const lasting = await openWebSocket(plain.httpPort);
    reload(Duration.millis(0), '/new');
    expect(await get('/new')).toMatchObject({ status: 200, body: 'new' });

    const brief = await openWebSocket(plain.httpPort);
    const closed = new Promise((resolve) => brief.once('close', () => resolve('closed')));
    reload(Duration.hours(1), '/newer');
    expect(await closed).toBe('closed');
    expect(await echo(lasting, 'still here')).toBe('still here');
    lasting.destroy();
  });
});

function plainSites(upstream: number, closed: number, hashFile: string, server: CaddyServer): readonly Site[] {
  const address = `127.0.0.1:${upstream}`;
  const refused = `127.0.0.1:${closed}`;
  const says = (path: string, body: string): Route => ({ path, respond: { status: 200, body } });
  server.file('index.html', 'index');
  server.file('.env', 'hidden');
  const basicAuth = [{ user: 'ops', hashFile }];
  const app: Route[] = [
    proxied('/', address),
    proxied('/strip/*', address, { stripPrefix: true }),
    proxied('/refused', refused, { tryDuration: Duration.millis(150) }),
    proxied('/pair', address, { upstreams: [refused, address] }),
    proxied('/live', '', {
      upstreams: { name: 'app', hosts: ['127.0.0.1'], port: upstream },
      tryDuration: Duration.millis(150),
    }),
    proxied('/limited', address, { maxRequestBody: Size.kibibytes(1) }),
    proxied('/secret', address, { basicAuth }),
    proxied('/inside', address, { service: 'inner', basicAuth, allow: ['10.0.0.0/8'] }),
    proxied('/route-headers', address, {
      responseHeaders: { 'x-frame-options': null, 'Referrer-Policy': 'no-referrer' },
      requestHeaders: { 'X-Internal': null, 'X-Set': '{host} "quote"' },
    }),
    says('/long', 'long '.repeat(1000)),
    {
      path: '/files/*',
      stripPrefix: true,
      files: { root: server.directory, fallback: '/index.html', cacheFor: Duration.hours(1) },
    },
    ...HOSTILE.map((text, index) => ({ ...says(`/hostile/${index}`, text), responseHeaders: { 'X-Text': text } })),
  ];
  const order = [
    says('/', 'everything'),
    says('/v1/*', 'v1'),
    says('/v1/deep/*', 'deep'),
    says('/exact/*', 'below exact'),
    says('/exact', 'exact'),
  ];
  return [
    site(app, { hosts: ['app.test'], securityHeaders: SECURITY_HEADERS, compression: true }),
    site(order, { hosts: ['order.test'] }),
    site([says('/only', 'only')], { hosts: ['narrow.test'] }),
    site(order, {
      hosts: ['closed.test'],
      maintenance: { message: 'Back "soon" {host}', retryAfter: Duration.seconds(90) },
    }),
  ];
}

function secureSites(upstream: number): readonly Site[] {
  const address = `127.0.0.1:${upstream}`;
  const routes = [proxied('/', address), proxied('/inside', address, { allow: ['10.0.0.0/8'] })];
  return [
    site(routes, { securityHeaders: SECURITY_HEADERS }),
    site(routes, { hosts: ['app.test'], securityHeaders: SECURITY_HEADERS }),
  ];
}
