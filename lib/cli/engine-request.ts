import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { get as getByHttp } from 'node:http';
import { get as getByHttps } from 'node:https';
import type { RequestOptions } from 'node:https';
import { join } from 'node:path';
import type { ProcessEnvironment } from './child-environment';
import type { EngineAddress } from './engine-address';
import { apiVersionProblem } from './engine-api';

/** How an engine is asked. */
export interface AskOptions {
  /** Milliseconds to wait for the answer. */
  readonly timeout: number;
  /** Variables for the ssh client. */
  readonly environment: ProcessEnvironment;
}

/**
 * The answer of an engine to a GET request, as text.
 *
 * @throws Error with the reason when none comes, or when it is not a success
 */
export async function askEngine(address: EngineAddress, request: string, options: AskOptions): Promise<string> {
  if (address.host.startsWith('ssh://')) return askOverSsh(new URL(address.host), request, options);
  const { timeout } = options;
  const { status, body } = await get({ ...connection(address), path: request, timeout, agent: false });
  if (status === 200) return body;
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

function get(options: RequestOptions): Promise<{ readonly status: number | undefined; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const send = options.protocol === 'https:' ? getByHttps : getByHttp;
    const request = send(options, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode, body }));
      response.on('error', reject);
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${options.timeout} ms`)));
    request.on('error', reject);
  });
}

/** The ssh client's configuration, keys and known hosts apply, as they do for the docker command. */
function askOverSsh({ username, hostname, port }: URL, request: string, options: AskOptions): Promise<string> {
  const { timeout, environment: env } = options;
  const seconds = String(Math.ceil(timeout / 1000));
  const words = ['-o', 'BatchMode=yes', '-o', `ConnectTimeout=${seconds}`, ...(port ? ['-p', port] : [])];
  const target = username ? `${username}@${hostname}` : hostname;
  return new Promise((resolve, reject) => {
    const child = spawn('ssh', [...words, '--', target, 'docker', 'system', 'dial-stdio'], { timeout, env });
    let answer = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
    child.stdin.on('error', () => undefined);
    child.on('error', reject);
    child.on('close', () => {
      if (/^HTTP\/1\.\d 200 /.test(answer)) resolve(answer.slice(answer.indexOf('\r\n\r\n') + 4));
      else reject(new Error(errors.trim() || answer.split('\r\n')[0] || `no answer within ${timeout} ms`));
    });
    child.stdin.write(`GET ${request} HTTP/1.0\r\nHost: docker\r\n\r\n`);
  });
}
