import { createServer, connect } from 'node:net';
import type { Server, Socket } from 'node:net';
import { rmSync } from 'node:fs';

/** Paths that only look, or that the provider asks by itself all the time. */
const QUESTION = /^(?:GET|HEAD) /;

/**
 * A socket in front of an engine that counts what is asked to change something, and calls back in place of passing on
 * one of these requests.
 */
export class CutEngine {
  /** Requests that changed something, in their order. */
  public readonly changes: string[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;
  private cutAt = Infinity;
  private when: 'before' | 'after' = 'before';
  private onCut: () => void = () => undefined;

  private constructor(
    private readonly engine: string,
    private readonly socket: string,
  ) {
    this.server = createServer({ allowHalfOpen: true }, (client) => this.serve(client));
  }

  /** @param engine - socket of the engine @param socket - where to listen */
  public static async start(engine: string, socket: string): Promise<CutEngine> {
    const cut = new CutEngine(engine, socket);
    rmSync(socket, { force: true });
    await new Promise<void>((resolve) => cut.server.listen(socket, resolve));
    return cut;
  }

  public get url(): string {
    return `unix://${this.socket}`;
  }

  /** Counts from 1 again. At this change both ends are cut: before the engine hears of it, or when it answers. */
  public arm(at: number, when: 'before' | 'after', onCut: () => void): void {
    this.changes.length = 0;
    this.cutAt = at;
    this.when = when;
    this.onCut = onCut;
  }

  public disarm(): void {
    this.cutAt = Infinity;
  }

  public async stop(): Promise<void> {
    this.sockets.forEach((socket) => socket.destroy());
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(client: Socket): void {
    const engine = connect({ path: this.engine, allowHalfOpen: true });
    for (const socket of [client, engine]) {
      this.sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => this.sockets.delete(socket));
    }
    const cut = (): void => {
      this.onCut();
      client.destroy();
      engine.destroy();
    };
    let isLast = false;
    client.on('data', (chunk) => {
      isLast ||= this.isCut(chunk);
      if (isLast && this.when === 'before') cut();
      else engine.write(chunk);
    });
    client.on('end', () => engine.end());
    engine.on('data', (chunk) => (isLast ? cut() : client.write(chunk)));
    engine.on('end', () => client.end());
    engine.on('close', () => client.destroy());
    client.on('close', () => engine.destroy());
  }

  private isCut(chunk: Buffer): boolean {
    const [line = ''] = chunk.toString('latin1', 0, 400).split('\r\n');
    if (!/^[A-Z]+ \S+ HTTP\/1\.1$/.test(line) || QUESTION.test(line)) return false;
    this.changes.push(line.replace(/ HTTP\/1\.1$/, ''));
    return this.changes.length === this.cutAt;
  }
}
