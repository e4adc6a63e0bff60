import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { TarFile } from './tar';
import { filesOf, tarOf } from './tar';

/** A container as a test describes it; the field names are those of the engine. */
export interface FakeContainer {
  readonly Id: string;
  Name: string;
  readonly created: number;
  RestartCount: number;
  State: {
    Status: string;
    Running: boolean;
    Paused: boolean;
    Restarting: boolean;
    OOMKilled: boolean;
    ExitCode: number;
    Error: string;
    StartedAt: string;
    FinishedAt: string;
    Health?: { Status: string; Log: { ExitCode: number; Output: string }[] };
  };
  Config: {
    Labels: Record<string, string>;
    Env: string[];
    Tty: boolean;
    StopTimeout?: number;
    Healthcheck?: { Test: string[] };
    Shell?: string[];
  };
  HostConfig: { Memory: number; RestartPolicy: { Name: string } };
  /** What the engine tells as its log. */
  readonly log: Buffer;
  readonly files: Record<string, TarFile>;
  /** Commands that were run in it. */
  readonly commands: string[][];
  /** Called before each look at it; `look` counts from 1. The way to let things happen. */
  readonly onLook: (container: FakeContainer, look: number) => void;
  /** Runs a command in it; a string is refused by the engine with these words, undefined never answers. */
  readonly onExec: (command: readonly string[], container: FakeContainer) => FakeExec | string | undefined;
  looks: number;
  readonly volumes: readonly string[];
}

export interface FakeExec {
  readonly exitCode: number;
  readonly output?: string;
}

/** What a test says of a container. */
export interface FakeContainerSpec {
  readonly name: string;
  readonly labels?: Record<string, string>;
  /** @default 'running' */
  readonly status?: 'created' | 'running' | 'restarting' | 'paused' | 'exited' | 'dead';
  readonly state?: Partial<FakeContainer['State']>;
  readonly config?: Partial<FakeContainer['Config']>;
  /** Seconds since 1970. */
  readonly created?: number;
  readonly restarts?: number;
  /** Names of volumes that it has. */
  readonly volumes?: readonly string[];
  readonly memory?: number;
  /** @default - none */
  readonly restart?: 'always' | 'no' | 'unless-stopped';
  readonly log?: Buffer | string;
  readonly files?: Record<string, TarFile>;
  readonly onLook?: FakeContainer['onLook'];
  readonly onExec?: FakeContainer['onExec'];
}

/** A fault of the engine: a status with a message, a cut connection, or no answer at all. */
export type Fault = { readonly status: number; readonly message: string } | 'cut' | 'silence' | undefined;

/** A frame of the stream in which an engine interleaves standard output (1) and standard error (2). */
export function frame(text: string, stream: 1 | 2 = 1): Buffer {
  const content = Buffer.from(text);
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(content.length, 4);
  return Buffer.concat([header, content]);
}

/** The HTTP interface of a Docker Engine on a socket of its own, with containers that only exist in memory. */
export class FakeEngine {
  static async start(): Promise<FakeEngine> {
    const engine = new FakeEngine();
    await engine.listen();
    return engine;
  }

  readonly directory = mkdtempSync(path.join(tmpdir(), 'engine-'));
  readonly socket = path.join(this.directory, 'e.sock');
  readonly url = `unix://${this.socket}`;
  readonly containers: FakeContainer[] = [];
  /** Labels of each volume. */
  readonly volumes: Record<string, Readonly<Record<string, string>>> = {};
  /** Everything that changed something: `POST /containers/<name>/stop?t=10`. */
  readonly changes: string[] = [];
  /** Asked for every request; the way to let requests fail. */
  fault: (request: string) => Fault = () => undefined;
  private server: Server | undefined;
  private readonly execs = new Map<string, { command: string[]; container: FakeContainer; result?: FakeExec }>();

  /** Also used to come back after `stop`. */
  async listen(): Promise<void> {
    this.server = createServer((request, response) => this.handle(request, response));
    await new Promise<void>((resolve) => this.server?.listen(this.socket, resolve));
  }

  /** Ends all connections; the containers stay. */
  async stop(): Promise<void> {
    const { server } = this;
    server?.closeAllConnections();
    await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  add(spec: FakeContainerSpec): FakeContainer {
    const container: FakeContainer = {
      Id: createHash('sha256').update(spec.name).digest('hex'),
      Name: `/${spec.name}`,
      created: spec.created ?? 0,
      RestartCount: spec.restarts ?? 0,
      State: { ...stateOf(spec.status ?? 'running'), ...spec.state },
      Config: { Labels: spec.labels ?? {}, Env: ['TOKEN=canary'], Tty: false, ...spec.config },
      HostConfig: { Memory: spec.memory ?? 0, RestartPolicy: { Name: spec.restart ?? '' } },
      log: typeof spec.log === 'string' ? frame(spec.log) : (spec.log ?? Buffer.alloc(0)),
      files: { ...spec.files },
      commands: [],
      onLook: spec.onLook ?? (() => undefined),
      onExec: spec.onExec ?? (() => 'no command can be run in this container'),
      looks: 0,
      volumes: spec.volumes ?? [],
    };
    this.containers.push(container);
    return container;
  }

  find(idOrName: string): FakeContainer | undefined {
    return this.containers.find(({ Id, Name }) => Id === idOrName || Name === `/${idOrName}`);
  }

  remove(container: FakeContainer): void {
    this.containers.splice(this.containers.indexOf(container), 1);
  }

  /** Names of all containers, with `name (status)` of each. */
  summary(): string[] {
    return this.containers.map(({ Name, State }) => `${Name.slice(1)} (${State.Status})`);
  }

  /** Answers one request; public, so that other servers (TLS, TCP) can put themselves before it. */
  handle(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '', 'http://docker');
      const call = `${request.method} ${url.pathname.replace(/^\/v1\.\d+(?=\/)/, '')}`;
      const fault = this.fault(call + url.search);
      if (fault === 'cut') request.socket.destroy();
      else if (fault === 'silence') return;
      else if (fault !== undefined) answer(response, fault.status, { message: fault.message });
      else this.dispatch(call, url, Buffer.concat(chunks), response);
    });
  }

  private dispatch(call: string, { search, searchParams }: URL, body: Buffer, response: ServerResponse): void {
    if (call === 'GET /containers/json') return answer(response, 200, this.list(searchParams));
    if (call === 'GET /networks') return answer(response, 200, []);
    if (call === 'GET /volumes') return answer(response, 200, { Volumes: [] });
    const labelsOfVolume = this.volumes[/^GET \/volumes\/(.+)$/.exec(call)?.[1] ?? ''];
    if (labelsOfVolume !== undefined) return answer(response, 200, { Labels: labelsOfVolume });
    if (call === 'GET /version') return answer(response, 200, { Version: '28.0.0' });
    const [, method = '', kind, id = '', action = ''] =
      /^(\w+) \/(containers|exec)\/([^/]+)(?:\/(.*))?$/.exec(call) ?? [];
    if (kind === 'exec') return this.answerExec(id, action, response);
    const container = this.find(id);
    if (container === undefined) return answer(response, 404, { message: `No such container: ${id}` });
    if (method !== 'GET' && action !== 'exec') {
      const sign = action === '' ? '' : `/${action}`;
      this.changes.push(`${method} ${container.Name}${sign}${decodeURIComponent(search)}`);
    }
    const handler = this.actions[`${method} ${action}`];
    if (handler === undefined) return answer(response, 404, { message: `page not found: ${call}` });
    handler(container, response, searchParams, body);
  }

  private readonly actions: Record<
    string,
    ((container: FakeContainer, response: ServerResponse, query: URLSearchParams, body: Buffer) => void) | undefined
  > = {
    'GET json': (container, response) => {
      container.onLook(container, (container.looks += 1));
      if (!this.containers.includes(container)) return answer(response, 404, { message: 'No such container' });
      const {
        created: _created,
        log: _log,
        files: _files,
        commands: _commands,
        looks: _looks,
        volumes: _volumes,
        ...description
      } = container;
      answer(response, 200, description);
    },
    'GET logs': (container, response) => answer(response, 200, container.log),
    'POST rename': (container, response, query) => {
      const name = query.get('name') ?? '';
      if (this.find(name) !== undefined) return answer(response, 409, { message: `"${name}" is already in use` });
      container.Name = `/${name}`;
      answer(response, 204);
    },
    'POST start': (container, response) => {
      Object.assign(container.State, stateOf('running'));
      answer(response, 204);
    },
    'POST stop': (container, response) => {
      const ended = !container.State.Running;
      if (!ended) Object.assign(container.State, stateOf('exited'), { ExitCode: 143 });
      answer(response, ended ? 304 : 204);
    },
    'POST unpause': (container, response) => {
      Object.assign(container.State, stateOf('running'));
      answer(response, 204);
    },
    'POST update': (container, response, _query, body) => {
      Object.assign(container.HostConfig, JSON.parse(body.toString('utf8')));
      answer(response, 200, { Warnings: [] });
    },
    'POST kill': (container, response) => {
      if (!container.State.Running) return answer(response, 409, { message: 'the container is not running' });
      answer(response, 204);
    },
    'DELETE ': (container, response) => {
      if (container.State.Running) return answer(response, 409, { message: 'stop the container before removing it' });
      this.remove(container);
      answer(response, 204);
    },
    'POST exec': (container, response, _query, body) => {
      const id = randomBytes(8).toString('hex');
      const { Cmd } = JSON.parse(body.toString('utf8')) as { Cmd: string[] };
      container.commands.push(Cmd);
      this.execs.set(id, { command: Cmd, container });
      answer(response, 201, { Id: id });
    },
    'GET archive': (container, response, query) => {
      const file = query.get('path') ?? '';
      const found = container.files[file];
      if (found === undefined) return answer(response, 404, { message: `Could not find the file ${file}` });
      answer(response, 200, tarOf(path.posix.basename(file), found));
    },
    'PUT archive': (container, response, query, body) => {
      for (const [name, file] of Object.entries(filesOf(body))) container.files[`${query.get('path')}/${name}`] = file;
      answer(response, 200);
    },
  };

  private answerExec(id: string, action: string, response: ServerResponse): void {
    const exec = this.execs.get(id);
    if (exec === undefined) return answer(response, 404, { message: `No such exec instance: ${id}` });
    if (action === 'json') {
      return answer(response, 200, { Running: exec.result === undefined, ExitCode: exec.result?.exitCode ?? null });
    }
    const result = exec.container.onExec(exec.command, exec.container);
    if (result === undefined) return;
    if (typeof result === 'string') return answer(response, 409, { message: result });
    exec.result = result;
    answer(response, 200, frame(result.output ?? ''));
  }

  private list(query: URLSearchParams): readonly object[] {
    const filters = JSON.parse(query.get('filters') ?? '{}') as Record<
      'id' | 'label' | 'status' | 'volume',
      string[] | undefined
    >;
    return this.containers
      .filter(({ State }) => query.get('all') === 'true' || State.Running)
      .filter(({ Id }) => filters.id?.includes(Id) ?? true)
      .filter(({ State }) => filters.status?.includes(State.Status) ?? true)
      .filter(({ volumes }) => filters.volume?.some((name) => volumes.includes(name)) ?? true)
      .filter(({ Config }) => filters.label?.every((label) => hasLabel(Config.Labels, label)) ?? true)
      .map(({ Id, Name, created, Config, State }) => ({
        Id,
        Names: [Name],
        Created: created,
        State: State.Status,
        Labels: Config.Labels,
      }));
  }
}

function hasLabel(labels: Record<string, string>, label: string): boolean {
  return Object.entries(labels).some(([key, value]) => label === key || label === `${key}=${value}`);
}

function stateOf(status: NonNullable<FakeContainerSpec['status']>): FakeContainer['State'] {
  return {
    Status: status,
    Running: ['running', 'restarting', 'paused'].includes(status),
    Paused: status === 'paused',
    Restarting: status === 'restarting',
    OOMKilled: false,
    ExitCode: 0,
    Error: '',
    StartedAt: '2026-01-01T00:00:00Z',
    FinishedAt: new Date().toISOString(),
  };
}

function answer(response: ServerResponse, status: number, body?: unknown): void {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body === undefined ? '' : JSON.stringify(body));
  response.writeHead(status, {
    'Content-Type': Buffer.isBuffer(body) ? 'application/octet-stream' : 'application/json',
  });
  response.end(status === 204 || status === 304 ? undefined : bytes);
}
