import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { connect } from 'node:tls';
import { join } from 'node:path';
import { requireProgram } from './programs';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Question {
  readonly port: number;
  readonly path?: string;
  /** Host header, and the server name of the TLS handshake. */
  readonly host?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly tls?: boolean;
}

/** What Caddy makes of a Caddyfile: its JSON, or the error. */
export function adapt(caddyfile: string): { readonly json: unknown; readonly error: string } {
  const { status, stdout, stderr } = spawnSync(
    requireProgram('caddy'),
    ['adapt', '--adapter', 'caddyfile', '--config', '-'],
    {
      input: caddyfile,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  return { json: status === 0 ? (JSON.parse(stdout) as unknown) : undefined, error: status === 0 ? '' : stderr };
}

/** A Caddyfile as Caddy itself would lay it out. */
export function format(caddyfile: string): string {
  return spawnSync(requireProgram('caddy'), ['fmt', '-'], { input: caddyfile, encoding: 'utf8' }).stdout;
}

/** Caddy in a directory of its own, thrown away afterwards. */
export class CaddyServer {
  readonly directory = mkdtempSync(join(tmpdir(), 'caddy-'));
  private process?: ChildProcess;
  private output = '';

  /** A file that Caddy may read. */
  file(name: string, content: string): string {
    const path = join(this.directory, name);
    writeFileSync(path, content);
    return path;
  }

  remove(name: string): void {
    rmSync(join(this.directory, name));
  }

  async run(caddyfile: string): Promise<void> {
    const config = this.file('Caddyfile', caddyfile);
    const environment = {
      PATH: process.env.PATH,
      HOME: this.directory,
      XDG_DATA_HOME: this.directory,
      XDG_CONFIG_HOME: this.directory,
    };
    this.process = spawn(requireProgram('caddy'), ['run', '--adapter', 'caddyfile', '--config', config], {
      env: environment,
    });
    await new Promise<void>((resolve, reject) => {
      const read = (chunk: Buffer): void => {
        this.output += chunk.toString();
        if (this.output.includes('serving initial configuration')) resolve();
      };
      this.process?.stdout?.on('data', read);
      this.process?.stderr?.on('data', read);
      this.process?.on('exit', () => reject(new Error(`caddy ended: ${this.output}`)));
    });
  }

  /** Loads another configuration, as `caddy run --watch` does when the file changes. */
  reload(caddyfile: string, adminAddress: string): void {
    const config = this.file('Caddyfile', caddyfile);
    const { status, stderr } = spawnSync(
      requireProgram('caddy'),
      ['reload', '--adapter', 'caddyfile', '--config', config, '--address', adminAddress],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(`caddy did not reload: ${stderr}`);
  }

  /** The same without waiting for it: the promise is fulfilled when Caddy has let go of the configuration before. */
  async beginReload(caddyfile: string, adminAddress: string): Promise<void> {
    const config = this.file('Caddyfile.next', caddyfile);
    const args = ['reload', '--adapter', 'caddyfile', '--config', config, '--address', adminAddress];
    const child = spawn(requireProgram('caddy'), args, { stdio: 'ignore' });
    const [status] = (await once(child, 'exit')) as [number | null];
    if (status !== 0) throw new Error(`caddy did not reload: exit code ${status}`);
  }

  /** Everything it wrote so far: its own log and the access log, one JSON object a line. */
  log(): Record<string, unknown>[] {
    return this.output
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** What the access log says of a request, which it may do after the answer. */
  async logged(uri: string): Promise<Record<string, unknown>> {
    for (;;) {
      const found = this.log().find(({ request }) => (request as { readonly uri?: string } | undefined)?.uri === uri);
      if (found !== undefined) return found;
      await sleep(10);
    }
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.process?.on('exit', resolve) ?? resolve(undefined));
    this.process?.kill('SIGKILL');
    await ended;
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Waits for the certificate of a host. Caddy listens before it has the first one. */
export async function untilCertified(port: number, host = 'localhost'): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const socket = connect({ host: '127.0.0.1', port, servername: host, rejectUnauthorized: false });
    const isReady = await once(socket, 'secureConnect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isReady) return;
    await sleep(100);
  }
  throw new Error(`Caddy has no certificate for ${host} after 10 seconds`);
}

/** One request on a connection of its own; certificates are not checked. */
export function ask({
  port,
  path = '/',
  host = 'localhost',
  method = 'GET',
  headers = {},
  body,
  tls,
}: Question): Promise<Answer> {
  const options = { host: '127.0.0.1', port, path, method, headers: { host, ...headers }, agent: false as const };
  return new Promise((resolve, reject) => {
    const sent = tls
      ? httpsRequest({ ...options, rejectUnauthorized: false, servername: /^[\d.:]+$/.test(host) ? '' : host })
      : httpRequest(options);
    sent.on('error', reject).on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    sent.end(body);
  });
}
