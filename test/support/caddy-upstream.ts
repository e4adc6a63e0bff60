import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Answer } from './caddy';

interface Seen {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly length: number;
}

/** Says what it was asked, and echoes what comes over an upgraded connection. */
export function startUpstream(port: number): Promise<Server> {
  const server = createServer((request, response) => {
    let length = 0;
    request.on('data', (chunk: Buffer) => (length += chunk.length));
    request.on('end', () => {
      if (request.url === '/own-headers') response.setHeader('X-Frame-Options', 'DENY');
      response.setHeader('Server', 'upstream/1.0');
      if (request.url === '/route-headers') response.setHeader('X-Frame-Options', 'DENY');
      response.end(JSON.stringify({ url: request.url, headers: request.headers, length } satisfies SeenByServer));
    });
  });
  server.on('upgrade', (_request: IncomingMessage, socket: Socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
    socket.on('error', () => socket.destroy()).pipe(socket);
  });
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)));
}

type SeenByServer = Omit<Seen, 'url' | 'headers'> & Pick<IncomingMessage, 'url' | 'headers'>;

/** What it says it was asked. */
export function upstreamSaw({ status, body }: Answer): Seen {
  if (status !== 200) throw new Error(`the answer was ${status} ${body}`);
  return JSON.parse(body) as Seen;
}
