import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { request as requestByHttp } from 'node:http';
import { request as requestByHttps } from 'node:https';
import type { RequestOptions } from 'node:https';
import { join } from 'node:path';
import type { ProcessEnvironment } from './child-environment';
import type { EngineAddress } from './engine-address';
import { apiVersionProblem } from './engine-api';

/** Options of a request to an engine. */
export interface AskOptions {
  /** Milliseconds to wait for the answer. */
  readonly timeout: number;
  /** Variables for the ssh client. */
  readonly environment: ProcessEnvironment;
}

/**
 * Returns the answer of an engine to a GET request, as text.
 *
 * @throws Error with the reason when there is no answer, or when it is not a success
 */
export function askEngine(address: EngineAddress, request: string, options: AskOptions): Promise<string> {
  return send(address, { method: 'GET', path: request }, options);
}

/** A request that changes an engine. */
export interface EngineChange {
  readonly method: 'POST' | 'DELETE';
  readonly path: string;
  /** Body, sent as JSON. */
  readonly body?: object;
}

/**
 * Changes an object of an engine. Succeeds if the object is gone, or already as wanted.
 *
 * @throws Error with the reason when the engine refuses
 */
export async function changeEngine(address: EngineAddress, change: EngineChange, options: AskOptions): Promise<void> {
  await send(address, change, options);
}

interface EngineRequest {
  readonly method: 'GET' | EngineChange['method'];
  readonly path: string;
  readonly body?: object;
}

async function send(address: EngineAddress, request: EngineRequest, options: AskOptions): Promise<string> {
  const over = address.host.startsWith('ssh://') ? overSsh(new URL(address.host), request, options) : undefined;
  const { status, body } = await (over ?? exchange(connection(address), request, options));
  const isDone = request.method === 'GET' ? status === 200 : status < 400 || status === 404;
  if (isDone) return body;
  throw new Error(apiVersionProblem(body) || `it answers with status ${status}: ${body.slice(0, 200).trim()}`);
}

function connection({ host, certificates }: EngineAddress): RequestOptions {
  const socket = /^(?:unix|npipe):\/\/(.+)$/.exec(host)?.[1];
  if (socket !== undefined) return { socketPath: socket, protocol: 'http:' };
  const { hostname, port } = new URL(host.replace(/^tcp:/, 'http:'));
  if (certificates === undefined) return { protocol: 'http:', hostname, port: port || 2375 };
  const pem = (name: string) => readFileSync(join(certificates, `${name}.pem`));
  return { protocol: 'https:', hostname, port: port || 2376, ca: pem('ca'), cert: pem('cert'), key: pem('key') };
}

interface EngineAnswer {
  readonly status: number;
  readonly body: string;
}

function exchange(
  to: RequestOptions,
  { method, path, body }: EngineRequest,
  { timeout }: AskOptions,
): Promise<EngineAnswer> {
  const text = body === undefined ? '' : JSON.stringify(body);
  const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) };
  return new Promise((resolve, reject) => {
    const begin = to.protocol === 'https:' ? requestByHttps : requestByHttp;
    const request = begin({ ...to, method, path, timeout, agent: false, headers }, (response) => {
      let answer = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: answer }));
      response.on('error', reject);
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${timeout} ms`)));
    request.on('error', reject);
    request.end(text);
  });
}

/** Sends a request over ssh. The ssh client's configuration, keys and known hosts apply, as for the docker command. */
function overSsh(url: URL, { method, path, body }: EngineRequest, options: AskOptions): Promise<EngineAnswer> {
  const { timeout, environment: env } = options;
  const text = body === undefined ? '' : JSON.stringify(body);
  const head = `${method} ${path} HTTP/1.0\r\nHost: docker\r\n`;
  const about = text === '' ? '' : `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n`;
  return new Promise((resolve, reject) => {
    const child = spawn('ssh', sshWords(url, timeout), { timeout, env });
    let answer = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
    child.stdin.on('error', () => undefined);
    child.on('error', reject);
    child.on('close', () => {
      const status = /^HTTP\/1\.\d (\d+) /.exec(answer)?.[1];
      if (status === undefined) reject(new Error(errors.trim() || `no answer within ${timeout} ms`));
      else resolve({ status: Number(status), body: answer.slice(answer.indexOf('\r\n\r\n') + 4) });
    });
    child.stdin.write(`${head}${about}\r\n${text}`);
  });
}

function sshWords({ username, hostname, port }: URL, timeout: number): readonly string[] {
  const seconds = String(Math.ceil(timeout / 1000));
  const words = ['-o', 'BatchMode=yes', '-o', `ConnectTimeout=${seconds}`, ...(port ? ['-p', port] : [])];
  return [...words, '--', username ? `${username}@${hostname}` : hostname, 'docker', 'system', 'dial-stdio'];
}
