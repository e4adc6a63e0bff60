import * as http from 'node:http';
import * as https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export interface Asked {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Certificate of the authority to trust; with it the request goes over TLS to this host name. */
  readonly trust?: { readonly authority: string; readonly host: string };
}

/** One request to a port of 127.0.0.1. */
export function ask(port: number, path: string, asked: Asked = {}): Promise<Answer> {
  const { trust, method = 'GET', body } = asked;
  const payload = body === undefined ? undefined : JSON.stringify(body);
  const headers = { ...asked.headers, ...(payload === undefined ? {} : { 'content-type': 'application/json' }) };
  const options = { host: '127.0.0.1', port, path, method, headers, agent: false as const, timeout: 30_000 };
  return new Promise((resolve, reject) => {
    const request = trust
      ? https.request({
          ...options,
          ca: trust.authority,
          servername: trust.host,
          headers: { ...headers, host: trust.host },
        })
      : http.request(options);
    request.on('error', reject);
    request.on('timeout', () => request.destroy(new Error(`no answer from port ${port} ${path}`)));
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    request.end(payload);
  });
}

export async function versionOf(port: number): Promise<string> {
  const { body } = await ask(port, '/version');
  return (JSON.parse(body) as { version: string }).version;
}

/** A vector that points along one of the 384 axes. */
export function along(axis: number): number[] {
  return Array.from({ length: 384 }, (_, index) => (index === axis ? 1 : 0));
}

export function store(port: number, content: string, axis: number): Promise<Answer> {
  return ask(port, '/v1/memories', { method: 'POST', body: { content, embedding: along(axis) } });
}

/** Contents of the memories nearest to an axis, the nearest first. */
export async function nearest(port: number, axis: number, limit = 1): Promise<string[]> {
  const answer = await ask(port, '/v1/memories/search', { method: 'POST', body: { embedding: along(axis), limit } });
  if (answer.status !== 200) throw new Error(`search answered ${answer.status} ${answer.body}`);
  return (JSON.parse(answer.body) as { memories: { content: string }[] }).memories.map((memory) => memory.content);
}

/** Waits until a question is answered as wanted; fails with the last answer. */
export async function eventually<T>(
  question: () => Promise<T>,
  wanted: (answer: T) => boolean,
  limitSeconds = 60,
): Promise<T> {
  const end = Date.now() + limitSeconds * 1000;
  for (;;) {
    const answer = await question().catch((error: unknown) => error as Error);
    const failed = Object.prototype.toString.call(answer) === '[object Error]';
    if (!failed && wanted(answer as T)) return answer as T;
    if (Date.now() > end)
      throw new Error(`still ${failed ? String(answer) : JSON.stringify(answer)} after ${limitSeconds} s`);
    await sleep(250);
  }
}

/** Waits until the API behind the proxy is ready. */
export async function ready(port: number, limitSeconds = 60): Promise<void> {
  await eventually(
    () => ask(port, '/ready'),
    ({ status }) => status === 200,
    limitSeconds,
  );
}
