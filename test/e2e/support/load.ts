import * as http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Failure {
  /** Milliseconds after the start of the load. */
  readonly at: number;
  readonly reason: string;
}

export interface LoadReport {
  readonly requests: number;
  readonly failures: readonly Failure[];
  /** Requests that were sent a second time, see `LoadOptions.retries`. */
  readonly retried: number;
  readonly slowestMillis: number;
  /** Number of answers by body. */
  readonly answers: Readonly<Record<string, number>>;
}

export interface LoadOptions {
  readonly port: number;
  readonly path: string;
  /** Requests each second, sent on time whether or not earlier ones have been answered. @default 50 */
  readonly rate?: number;
  /**
   * Send a GET again when a connection that was open before was closed under it without an answer, as browsers, curl
   * and most HTTP libraries do (RFC 9110, 9.2.2). `'any'` also sends it again, up to five times, when a new connection
   * was closed, as a proxy in front or `curl --retry-all-errors` does.
   * @default false, every such request is a failure
   */
  readonly retries?: boolean | 'any';
}

const LIMIT_MILLIS = 30_000;
const MOST_IN_FLIGHT = 500;
const MOST_ATTEMPTS = 5;

/** Requests at a constant rate over connections that are kept open. */
export class Load {
  private readonly agent = new http.Agent({ keepAlive: true, maxSockets: MOST_IN_FLIGHT });
  private readonly started = performance.now();
  private readonly failures: Failure[] = [];
  private readonly answers: Record<string, number> = {};
  private readonly timer: NodeJS.Timeout;
  private readonly rate: number;
  private sent = 0;
  private retried = 0;
  private inFlight = 0;
  private slowest = 0;

  public constructor(private readonly options: LoadOptions) {
    this.rate = options.rate ?? 50;
    this.timer = setInterval(() => this.catchUp(), 10);
  }

  /** Ends the load, waits for the last answers and tells what happened. */
  public async stop(): Promise<LoadReport> {
    clearInterval(this.timer);
    while (this.inFlight > 0) await sleep(10);
    this.agent.destroy();
    const { sent, failures, retried, answers } = this;
    return { requests: sent, failures, retried, slowestMillis: Math.round(this.slowest), answers };
  }

  private catchUp(): void {
    const due = Math.floor(((performance.now() - this.started) / 1000) * this.rate);
    while (this.sent < due) this.send();
  }

  private send(): void {
    const begun = performance.now();
    this.sent += 1;
    this.inFlight += 1;
    let open = true;
    const finish = (failure?: string): void => {
      if (!open) return;
      open = false;
      this.inFlight -= 1;
      this.slowest = Math.max(this.slowest, performance.now() - begun);
      if (failure !== undefined) this.failures.push({ at: Math.round(begun - this.started), reason: failure });
    };
    if (this.inFlight > MOST_IN_FLIGHT) return finish('too many requests without an answer');
    this.attempt(finish);
  }

  private attempt(finish: (failure?: string) => void, number = 1): void {
    const { port, path } = this.options;
    const request = http.get({ host: '127.0.0.1', port, path, agent: this.agent, timeout: LIMIT_MILLIS });
    request.on('timeout', () => request.destroy(new Error(`no answer for ${LIMIT_MILLIS} ms`)));
    request.on('error', (error: NodeJS.ErrnoException) => {
      if (!this.sendsAgain(error, request.reusedSocket) || number === MOST_ATTEMPTS) {
        return finish(reasonOf(error, request.reusedSocket));
      }
      this.retried += 1;
      this.attempt(finish, number + 1);
    });
    request.on('response', (response) => this.receive(response, finish));
  }

  private sendsAgain({ code }: NodeJS.ErrnoException, reused: boolean): boolean {
    const { retries = false } = this.options;
    return code === 'ECONNRESET' && (retries === 'any' || (retries && reused));
  }

  private receive(response: http.IncomingMessage, finish: (failure?: string) => void): void {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', (error) => finish(error.message));
    response.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      this.answers[body] = (this.answers[body] ?? 0) + 1;
      finish(response.statusCode === 200 ? undefined : `${response.statusCode} ${body.slice(0, 120)}`);
    });
  }
}

function reasonOf(error: NodeJS.ErrnoException, reused: boolean): string {
  return `${error.code ?? error.message} on ${reused ? 'a connection that was open' : 'a new connection'}`;
}

/** Runs something under load and tells how both went. */
export async function underLoad<T>(options: LoadOptions, work: () => Promise<T>): Promise<[T, LoadReport]> {
  const load = new Load(options);
  try {
    const result = await work();
    // The end of a rollout is where requests get lost.
    await sleep(1000);
    return [result, await load.stop()];
  } finally {
    await load.stop();
  }
}
