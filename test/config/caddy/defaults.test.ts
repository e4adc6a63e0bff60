import { once } from 'node:events';
import { Agent, createServer, request as httpRequest, type Server } from 'node:http';
import { connect } from 'node:http2';
import { type CaddyfileModel, renderCaddyfile, upstreamFiles } from '../../../lib/config';
import { Duration, Size } from '../../../lib/values';
import { type Answer, ask, CaddyServer, type Question, untilCertified } from '../../support/caddy';
import { caddyfile, proxied, site } from '../../support/proxy-models';
import { freePorts } from '../../support/free-ports';
import { describeWith } from '../../support/programs';
import { openWebSocket, echo } from '../../support/raw-websocket';

const PAGE = 'text '.repeat(500);

describeWith('caddy', 'Caddy', () => {
  const caddy = { plain: new CaddyServer(), secure: new CaddyServer() };
  let upstream: Server;
  let model: CaddyfileModel;
  /** Where the other one differs. */
  let secure: Pick<CaddyfileModel, 'adminAddress' | 'tls'>;
  let hits: string[] = [];

  beforeAll(async () => {
    const [http = 0, https = 0, plainAdmin = 0, secureAdmin = 0, upstreamPort = 0, gone = 0] = await freePorts(6);
    upstream = await startDocument(upstreamPort, (host) => hits.push(host));
    const address = `127.0.0.1:${upstreamPort}`;
    const routes = [
      proxied('/', address),
      proxied('/raw/*', address, { compression: false }),
      proxied('/limited', address, { maxRequestBody: Size.kibibytes(1) }),
      proxied('/odd', address, { maxRequestBody: Size.bytes(1500) }),
      proxied('/live', '', { upstreams: { name: 'app', hosts: ['127.0.0.1'], port: upstreamPort } }),
      proxied('/gone', `127.0.0.1:${gone}`, { tryDuration: Duration.millis(150) }),
    ];
    model = caddyfile([site(routes, { compression: true })], {
      adminAddress: `localhost:${plainAdmin}`,
      httpPort: http,
      httpsPort: https,
      accessLog: true,
      upstreamDirectory: caddy.plain.directory,
      reloadDrain: Duration.seconds(5),
    });
    for (const { fileName, content } of upstreamFiles(model)) caddy.plain.file(fileName, content);
    secure = { adminAddress: `localhost:${secureAdmin}`, tls: { kind: 'internal' } };
    await Promise.all([
      caddy.plain.run(renderCaddyfile(model)),
      caddy.secure.run(renderCaddyfile({ ...model, ...secure })),
    ]);
    await untilCertified(https);
  });

  afterAll(async () => {
    await Promise.all([caddy.plain.stop(), caddy.secure.stop()]);
    upstream.closeAllConnections();
    upstream.close();
  });

  const send = (path: string, more: Partial<Question> = {}): Promise<Answer> =>
    ask({ port: model.httpPort, path, ...more });

  test.each(['gzip', 'zstd'])(
    'lets a client write back what it read compressed with %s, by its ETag',
    async (coding) => {
      const { headers } = await send('/', { headers: { 'accept-encoding': coding } });
      expect([headers['content-encoding'], headers.etag]).toEqual([coding, `"v1-${coding}"`]);
      const tag = headers.etag ?? '';
      expect(await send('/', { method: 'PUT', headers: { 'if-match': tag } })).toMatchObject({ status: 204 });
      expect(await send('/', { method: 'PUT', headers: { 'if-match': `"v0", ${tag}` } })).toMatchObject({
        status: 204,
      });
      expect(await send('/', { method: 'PUT', headers: { 'if-match': `"v0-${coding}"` } })).toMatchObject({
        status: 412,
      });
      expect(await send('/', { headers: { 'accept-encoding': coding, 'if-none-match': tag } })).toMatchObject({
        status: 304,
      });
    },
  );

  test('leaves the answers of a route without compression, and the ETags, as they are', async () => {
    const { headers, body } = await send('/raw/', { headers: { 'accept-encoding': 'gzip' } });
    expect([headers['content-encoding'], headers.etag, body]).toEqual([undefined, '"v1"', PAGE]);
  });

  test.each([
    ['/limited', 1025, '1 KiB'],
    ['/odd', 1501, '1500 bytes'],
  ])('names the limit of %s and its option in the answer to %d bytes, and in the log', async (path, size, limit) => {
    const { status, body } = await send(`${path}?size`, { method: 'POST', body: 'x'.repeat(size) });
    const page = `413 Request Entity Too Large: this address takes request bodies of at most ${limit} (maxRequestBody)`;
    expect([status, body]).toEqual([413, page]);
    expect(await caddy.plain.logged(`${path}?size`)).toMatchObject({ maxRequestBody: limit });
  });

  test('spreads requests over the hosts of a file, however many they are, without a reload', async () => {
    const spread = async (hosts: readonly string[]): Promise<Readonly<Record<string, number>>> => {
      const files = upstreamFiles({ ...model, sites: [site([live(model, hosts)])] });
      for (const { fileName, content } of files) caddy.plain.file(fileName, content);
      hits = [];
      for (let count = 0; count < 12; count += 1) await send('/live');
      return Object.fromEntries(
        [...new Set(hits)].sort().map((host) => [host, hits.filter((hit) => hit === host).length]),
      );
    };
    expect(await spread(['127.0.0.1'])).toEqual({ '127.0.0.1': 12 });
    expect(await spread(['127.0.0.1', '127.0.0.2', '127.0.0.3'])).toEqual({
      '127.0.0.1': 4,
      '127.0.0.2': 4,
      '127.0.0.3': 4,
    });
  });

  test('after a reload, lets the previous configuration ask each client it still has for another connection', async () => {
    const kept = ['/', '/gone', '/limited'].map((path) => new KeptConnection(model.httpPort, path));
    for (const one of kept) expect(await one.connectionHeader()).not.toBe('close');
    const session = connect(`https://localhost:${model.httpsPort}`, { rejectUnauthorized: false });
    const away = once(session, 'goaway');
    await once(session.request({ ':path': '/' }).resume(), 'end');
    const socket = await openWebSocket(model.httpPort);

    const next = { ...model, accessLog: false };
    const reloads = [
      caddy.plain.beginReload(renderCaddyfile(next), model.adminAddress),
      caddy.secure.beginReload(renderCaddyfile({ ...next, ...secure }), secure.adminAddress),
    ];
    // They are closed one after the other, each by an answer.
    for (const one of kept) while ((await one.connectionHeader()) !== 'close');
    while (!session.closed) await once(session.request({ ':path': '/' }).resume(), 'end');
    expect((await away)[0]).toBe(0);
    expect(await echo(socket, 'here')).toBe('here');
    socket.destroy();

    await Promise.all(reloads);
    expect(await new KeptConnection(model.httpPort, '/').connectionHeader()).not.toBe('close');
  });
});

function live({ sites }: CaddyfileModel, hosts: readonly string[]): ReturnType<typeof proxied> {
  const upstreams = sites[0]?.routes.find(({ path }) => path === '/live')?.upstreams;
  const port = upstreams !== undefined && 'port' in upstreams ? upstreams.port : 0;
  return proxied('/live', '', { upstreams: { name: 'app', hosts, port } });
}

/** A client that keeps one connection for all its requests. */
class KeptConnection {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(
    private readonly port: number,
    private readonly path: string,
  ) {}

  /** Sends a request, and returns what its answer says of the connection. */
  connectionHeader(): Promise<string | undefined> {
    const { agent, port, path } = this;
    return new Promise((resolve, reject) => {
      const request = httpRequest({ host: '127.0.0.1', port, path, agent });
      request.on('error', reject).on('response', (response) => {
        response.resume().on('end', () => resolve(response.headers.connection));
      });
      request.end();
    });
  }
}

/** A document with the ETag `"v1"`, which is written only by those who know its ETag. */
function startDocument(port: number, seen: (host: string) => void): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url === '/live') seen(request.socket.localAddress ?? '');
    response.setHeader('ETag', '"v1"').setHeader('Content-Type', 'text/plain');
    request.resume().on('end', () => {
      const { 'if-match': wanted, 'if-none-match': known } = request.headers;
      if (known === '"v1"') response.writeHead(304).end();
      else if (wanted === undefined) response.end(PAGE);
      else response.writeHead(wanted.split(', ').includes('"v1"') ? 204 : 412).end();
    });
  });
  server.on('upgrade', (_, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
    socket.on('error', () => socket.destroy()).pipe(socket);
  });
  return new Promise((resolve) => server.listen(port, '0.0.0.0', () => resolve(server)));
}
