import { createServer, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type Http2Server } from 'node:http2';

/** A server that begins its answers and then waits for the test to say how they go on. */
export class StreamingUpstream {
  private readonly open = new Map<string, (response: ServerResponse) => void>();
  private readonly server: Server;

  public constructor() {
    this.server = createServer((request, response) => {
      const path = request.url ?? '';
      if (path.startsWith('/events')) response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      if (path.startsWith('/chunks')) response.writeHead(200, { 'content-type': 'text/plain' }).flushHeaders();
      this.open.get(path)?.(response);
    });
  }

  public listen(port: number): Promise<void> {
    return new Promise((resolve) => this.server.listen(port, '127.0.0.1', () => resolve()));
  }

  /** The answer to the next request for a path, from when it has arrived. */
  public answerTo(path: string): Promise<ServerResponse> {
    return new Promise((resolve) => this.open.set(path, resolve));
  }

  public close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** Echoes each message of a call as a gRPC server does: HTTP/2 without TLS, the status in a trailer. */
export function startGrpcEcho(port: number): Promise<Http2Server> {
  const server = createHttp2Server();
  server.on('stream', (stream) => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.on('data', (message: Buffer) => stream.write(message));
    stream.on('end', () => stream.end());
  });
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)));
}
