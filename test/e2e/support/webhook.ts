import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import { networkInterfaces } from 'node:os';

export interface ToldAlert {
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** When it arrived, as milliseconds. */
  readonly at: number;
}

/** An address of this machine that containers reach, where alerts arrive. */
export class Webhook {
  private constructor(
    private readonly server: Server,
    private readonly alerts: readonly ToldAlert[],
    public readonly url: string,
  ) {}

  public static async open(): Promise<Webhook> {
    const alerts: ToldAlert[] = [];
    const server = createServer((request, response) => {
      void bodyOf(request).then((body) => {
        const told = JSON.parse(body) as { readonly alerts: readonly Omit<ToldAlert, 'at'>[] };
        alerts.push(...told.alerts.map((alert) => ({ ...alert, at: Date.now() })));
        response.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return new Webhook(server, alerts, `http://${ownAddress()}:${port}/alerts`);
  }

  /** What was told of an alert with these labels last. */
  public last(alertname: string, labels: ToldAlert['labels']): ToldAlert | undefined {
    const wanted = Object.entries({ alertname, ...labels });
    return this.alerts.filter((alert) => wanted.every(([label, value]) => alert.labels[label] === value)).at(-1);
  }

  public close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const found = all.find(({ family, internal }) => family === 'IPv4' && !internal);
  if (found === undefined) throw new Error('this machine has no address that a container could reach');
  return found.address;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
