import { setTimeout as sleep } from 'node:timers/promises';
import { EngineClient, isTimeout } from '../../lib/engine-client/engine-client';
import type { EngineAnswer } from '../../lib/engine-client/engine-client';
import type { Address } from './address';
import { EngineError, Failure, isEngineError } from './failure';

/** Pauses in milliseconds before each retry of a failed connection. */
const PAUSES = [200, 600, 1200];
/** Pauses for an engine that has answered before: it restarts, or the connection was cut. */
const PAUSES_OF_A_RESTART = [200, 200, 200, 400, 1000, 2000, 4000, 8000, 8000, 8000];
const TRANSIENT = ['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'EAI_AGAIN'];
const PATIENCE = 30_000;
/** Tolerance in milliseconds: the date of an answer has no fractions of a second, and takes time to arrive. */
const CLOCK_TOLERANCE = 1500;

/** Body and options of a request. */
export interface Request {
  readonly json?: unknown;
  readonly tar?: Buffer;
  /**
   * Milliseconds until the answer must be complete.
   * @default 30 seconds
   */
  readonly patience?: number;
  /**
   * True for a request that must not be repeated.
   * @default false
   */
  readonly once?: boolean;
}

/** An engine that is asked again where the connection broke, and that comes to a halt when the program ends. */
export class Engine {
  /** True after `halt`. */
  public halted = false;
  /** True if its clock agrees with ours, according to its answers. */
  public sharesOurClock = false;
  private hasAnswered = false;
  private readonly client: EngineClient;

  public constructor(
    public readonly address: Address,
    sshOptions: readonly string[] = [],
  ) {
    this.client = new EngineClient(address, { args: sshOptions });
  }

  /** Returns an answer; the caller states its form. */
  public async get<T>(path: string): Promise<T> {
    return JSON.parse((await this.ask('GET', path)).toString('utf8')) as T;
  }

  /** Returns an answer, or undefined for an empty one. */
  public async post<T = void>(path: string, request?: Request): Promise<T | undefined> {
    const answer = await this.ask('POST', path, request);
    return answer.length === 0 ? undefined : (JSON.parse(answer.toString('utf8')) as T);
  }

  public async ask(method: string, path: string, request: Request = {}): Promise<Buffer> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const answer = await this.tryOnce(method, path, request);
        this.hasAnswered = true;
        return await this.unlessHalted(answer);
      } catch (error) {
        if (isEngineError(error) || this.halted) throw await this.unlessHalted(error);
        const pauses = this.hasAnswered ? PAUSES_OF_A_RESTART : PAUSES;
        const pause = request.once === true ? undefined : pauses[attempt];
        if (pause === undefined || !isTransient(error)) throw this.unreachable(error as NodeJS.ErrnoException);
        await sleep(pause);
      }
    }
  }

  /** Stops all requests. Callers that wait for an answer keep waiting, until the program ends in another way. */
  public halt(): void {
    this.halted = true;
    this.close();
  }

  /** Ends all connections, also those with a pending answer. */
  public close(): void {
    this.client.close();
  }

  private unlessHalted<T>(outcome: T): T | Promise<never> {
    return this.halted ? new Promise(() => undefined) : outcome;
  }

  private async tryOnce(method: string, path: string, { json, tar, patience = PATIENCE }: Request): Promise<Buffer> {
    try {
      const answer = await this.client.send({ method, path, json, tar, timeout: patience });
      this.sharesOurClock = Math.abs(answer.clockDifference) < CLOCK_TOLERANCE;
      return bodyOf(answer);
    } catch (error) {
      throw isTimeout(error) ? new EngineError(0, (error as Error).message) : error;
    }
  }

  private unreachable(error: NodeJS.ErrnoException): Failure {
    const { url, source } = this.address;
    const advice =
      error.code === 'EACCES'
        ? 'This user may not use it: on Linux, membership of the group "docker" allows that.'
        : 'Start it, or set DOCKER_HOST to the engine that Terraform uses.';
    return new Failure(
      `The Docker Engine at ${url} (${source}) cannot be reached: ${error.message || error.code}\n${advice}`,
    );
  }
}

function isTransient(error: unknown): boolean {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return (
    TRANSIENT.includes(code) || /socket hang up|aborted|^ssh ended.*(refused|reset|closed|timed out)/i.test(message)
  );
}

function bodyOf({ status, body }: EngineAnswer): Buffer {
  if (status < 400) return body;
  const text = body.toString('utf8').trim();
  let message = text.slice(0, 500);
  try {
    message = String((JSON.parse(text) as { readonly message?: unknown }).message);
  } catch {
    // A proxy in front of the engine has its own messages.
  }
  throw new EngineError(status, message || `HTTP status ${status}`);
}
