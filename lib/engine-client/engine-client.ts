import { Agent as HttpAgent, request as requestByHttp } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as requestByHttps } from 'node:https';
import type { EngineConnection, HttpConnection } from './connection';
import { dialSsh } from './ssh-socket';
import type { SshEnvironment } from './ssh-socket';

/** Limit of connections. Over ssh each is a process of its own, and a server refuses too many at once. */
const MOST_CONNECTIONS = 16;
const LARGEST_ANSWER = 64 * 1024 * 1024;

/** A request to an engine. Its path carries no version, so that every engine answers. */
export interface EngineRequest {
  readonly method: string;
  readonly path: string;
  /** Body, sent as JSON. */
  readonly json?: unknown;
  /** Body, sent as an archive. */
  readonly tar?: Buffer;
  /** Milliseconds until the answer must be complete. */
  readonly timeout: number;
}

/** Answer of an engine, whatever its status is. */
export interface EngineAnswer {
  readonly status: number;
  readonly body: Buffer;
  /** Milliseconds by which our clock was ahead of the engine's; NaN if it did not state its time. */
  readonly clockDifference: number;
}

/** Options of the ssh client. */
export interface SshOptions {
  /** Arguments before the host. */
  readonly args?: readonly string[];
  readonly environment?: SshEnvironment;
}

/**
 * The HTTP interface of a Docker Engine, for the commands and for the gate. It sends each request once; both have rules
 * of their own for a repetition.
 */
export class EngineClient {
  private readonly agent: HttpAgent;
  private readonly http: HttpConnection;

  public constructor({ ssh, http = {} }: EngineConnection, options: SshOptions = {}) {
    this.http = http;
    this.agent =
      http.secure === true
        ? new HttpsAgent()
        : new HttpAgent({ keepAlive: ssh !== undefined, maxSockets: MOST_CONNECTIONS });
    if (ssh === undefined) return;
    const createConnection = () => dialSsh(ssh, options.args ?? [], options.environment);
    Object.assign(this.agent, { createConnection });
  }

  /** Ends all connections, also those with a pending answer. */
  public close(): void {
    this.agent.destroy();
  }

  /** @throws Error with the reason when there is no complete answer; `isTimeout` tells a timeout from the others */
  public send({ method, path, json, tar, timeout }: EngineRequest): Promise<EngineAnswer> {
    const body = tar ?? (json === undefined ? undefined : Buffer.from(JSON.stringify(json)));
    const { secure, ...connection } = this.http;
    const headers = {
      // HTTP requires a host name, which a socket lacks; on the network, the certificate is checked against the name.
      ...(connection.host ? {} : { Host: 'docker' }),
      ...(body === undefined ? {} : { 'Content-Type': tar === undefined ? 'application/json' : 'application/x-tar' }),
      'Content-Length': body?.length ?? 0,
    };
    const signal = AbortSignal.timeout(Math.max(1, Math.ceil(timeout)));
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => reject(signal.aborted ? tooSlow(method, path, timeout) : error);
      const begin = secure === true ? requestByHttps : requestByHttp;
      const request = begin({ ...connection, agent: this.agent, method, path, headers, signal }, (response) => {
        const clockDifference = Date.now() - Date.parse(response.headers.date ?? '');
        readBody(response)
          .then((bytes) => resolve({ status: response.statusCode ?? 0, body: bytes, clockDifference }))
          .catch(fail);
      });
      request.on('error', fail);
      request.end(body);
    });
  }
}

async function readBody(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_ANSWER) throw new Error(`an answer was larger than ${LARGEST_ANSWER} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Code of the error of an answer that did not come in time. */
const TIMEOUT = 'ENGINE_TIMEOUT';

function tooSlow(method: string, path: string, timeout: number): Error {
  const error = new Error(`no answer to ${method} ${path.replace(/\?.*/, '')} within ${timeout / 1000} s`);
  return Object.assign(error, { code: TIMEOUT });
}

/** Returns true for the error of an answer that did not come in time. */
export function isTimeout(error: unknown): boolean {
  return (error as { readonly code?: unknown } | undefined)?.code === TIMEOUT;
}
