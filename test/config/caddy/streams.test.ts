import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { connect, type Http2Server } from 'node:http2';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type CaddyfileModel, renderCaddyfile } from '../../../lib/config';
import { CaddyServer, untilCertified } from '../../support/caddy';
import { caddyfile, proxied, site } from '../../support/proxy-models';
import { freePorts } from '../../support/free-ports';
import { describeWith } from '../../support/programs';
import { startGrpcEcho, StreamingUpstream } from '../../support/streaming-upstream';

/** Headers that a client may send, by who sends them. */
const CLIENTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'a client that takes no compression': {},
  'a client that takes gzip': { 'accept-encoding': 'gzip' },
  'a browser': { 'accept-encoding': 'gzip, deflate, br, zstd', accept: '*/*' },
  'the EventSource of a browser': { 'accept-encoding': 'gzip, deflate, br, zstd', accept: 'text/event-stream' },
};

describeWith('caddy', 'Caddy passes on at once', () => {
  const caddy = { plain: new CaddyServer(), secure: new CaddyServer() };
  const upstream = new StreamingUpstream();
  let grpc: Http2Server;
  let model: CaddyfileModel;

  beforeAll(async () => {
    const [http = 0, https = 0, plainAdmin = 0, secureAdmin = 0, upstreamPort = 0, grpcPort = 0] = await freePorts(6);
    await upstream.listen(upstreamPort);
    grpc = await startGrpcEcho(grpcPort);
    const routes = [
      proxied('/', `127.0.0.1:${upstreamPort}`),
      proxied('/shop.Orders/*', `127.0.0.1:${grpcPort}`, { upstreamProtocol: 'h2c' }),
    ];
    model = caddyfile([site(routes, { compression: true })], {
      adminAddress: `localhost:${plainAdmin}`,
      httpPort: http,
      httpsPort: https,
    });
    const secure = { ...model, adminAddress: `localhost:${secureAdmin}`, tls: { kind: 'internal' } } as const;
    await Promise.all([caddy.plain.run(renderCaddyfile(model)), caddy.secure.run(renderCaddyfile(secure))]);
    await untilCertified(https);
  });

  afterAll(async () => {
    await Promise.all([caddy.plain.stop(), caddy.secure.stop()]);
    upstream.close();
    grpc.close();
  });

  async function ask(path: string, headers: Readonly<Record<string, string>>): Promise<IncomingMessage> {
    const request = get({ host: '127.0.0.1', port: model.httpPort, path, headers, agent: false });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return response;
  }

  const clients = Object.entries(CLIENTS).map(([who, headers], index) => [who, headers, index] as const);

  test.each(clients)('the headers of a silent event stream, then each event: %s', async (_, headers, index) => {
    const path = `/events/${index}`;
    const begun = upstream.answerTo(path);
    const answer = await ask(path, headers);
    expect([answer.statusCode, answer.headers['content-encoding']]).toEqual([200, undefined]);
    const events = await begun;
    for (const event of ['data: one\n\n', 'data: two\n\n']) {
      events.write(event);
      expect(await nextOf(answer)).toBe(event);
    }
    answer.destroy();
  });

  test.each(clients.slice(0, 2))('each chunk of an answer that goes on: %s', async (_, headers, index) => {
    const path = `/chunks/${index}`;
    const begun = upstream.answerTo(path);
    const asked = ask(path, headers);
    const chunks = await begun;
    chunks.write('first ');
    const answer = await asked;
    const text = answer.headers['content-encoding'] === 'gzip' ? answer.pipe(createGunzip()) : answer;
    expect(await nextOf(text)).toBe('first ');
    chunks.write('second');
    expect(await nextOf(text)).toBe('second');
    answer.destroy();
  });

  test.each(clients)('an answer for which the client waits long: %s', async (_, headers, index) => {
    const path = `/poll/${index}`;
    const begun = upstream.answerTo(path);
    const asked = ask(path, headers);
    (await begun).end('news');
    expect(await nextOf(await asked)).toBe('news');
  });

  test('each message of a gRPC stream, both ways, and its status', async () => {
    const session = connect(`https://localhost:${model.httpsPort}`, { rejectUnauthorized: false });
    const call = session.request({
      ':method': 'POST',
      ':path': '/shop.Orders/Watch',
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    const trailers = once(call, 'trailers') as Promise<[Readonly<Record<string, string>>]>;
    for (const message of ['one', 'two']) {
      call.write(message);
      expect(await nextOf(call)).toBe(message);
    }
    call.end();
    call.resume();
    expect((await trailers)[0]['grpc-status']).toBe('0');
    session.destroy();
  });
});

async function nextOf(stream: Readable): Promise<string> {
  const read = once(stream, 'data') as Promise<[Buffer]>;
  stream.resume();
  const [chunk] = await read;
  stream.pause();
  return chunk.toString();
}
