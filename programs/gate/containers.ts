import { setTimeout as sleep } from 'node:timers/promises';
import { REVISION_LABEL, ROLE_LABEL, WORKLOAD_LABEL } from '../../lib/model/stack/labels';
import type { Check, Container, Listed } from './container';
import { isEngineError } from './failure';
import { setRestartPolicy } from './restart-policy';
import { demultiplex } from './streams';
import type { Engine } from './engine';

/** Seconds that a container without a stop timeout of its own gets. */
const USUAL_GRACE = 10;

interface Execution {
  readonly Running?: boolean;
  readonly ExitCode?: number | null;
}

/** Requests about the containers of an engine. */
export class Containers {
  private running: Promise<readonly Listed[]> | undefined;

  public constructor(public readonly engine: Engine) {}

  /**
   * Returns the start time of a container, in milliseconds of our clock. If the engine's clock differs, the run counts
   * from now.
   */
  public startOf({ State }: Container): number {
    const now = Date.now();
    const start = this.engine.sharesOurClock ? Date.parse(State.StartedAt ?? '') : now;
    return start <= now ? start : now;
  }

  /**
   * @param id - or name
   * @returns undefined if there is none
   */
  public async inspect(id: string): Promise<Container | undefined> {
    try {
      return await this.engine.get(`/containers/${id}/json`);
    } catch (error) {
      if (isEngineError(error) && error.status === 404) return undefined;
      throw error;
    }
  }

  /**
   * @param label - LABEL=VALUE
   * @param status - a running one may be paused or waiting for its restart
   */
  public async labelled(label: string, status: 'running' | 'exited' | 'any'): Promise<Container[]> {
    const filters = { label: [label], ...(status === 'exited' ? { status: [status] } : {}) };
    const found = await this.list(filters, status !== 'running');
    const containers = await Promise.all(found.map(({ Id }) => this.inspect(Id)));
    return containers.filter((container) => container !== undefined);
  }

  /**
   * Returns whether other containers of the same workload run. The first call asks the engine once for all of them.
   */
  public async haveOthers({ Id, Config }: Container) {
    const workload = Config.Labels?.[WORKLOAD_LABEL];
    this.running ??= this.list({ label: [WORKLOAD_LABEL] }, false);
    return (await this.running).some((other) => other.Labels?.[WORKLOAD_LABEL] === workload && other.Id !== Id);
  }

  /** Returns when each container was made, in milliseconds of the engine's clock. */
  public async creations(ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const found = await this.list({ id: ids }, true);
    return new Map(found.map(({ Id, Created }) => [Id, Created * 1000]));
  }

  /** Returns all containers of stacks, in any state. */
  public ofStacks() {
    return this.list({ label: [ROLE_LABEL] }, true);
  }

  /** @param all - also those that do not run */
  public list(filters: Readonly<Record<string, readonly string[]>>, all: boolean): Promise<readonly Listed[]> {
    return this.engine.get(`/containers/json?all=${all}&filters=${encodeURIComponent(JSON.stringify(filters))}`);
  }

  /** Gives a container another name. Returns false when the name is taken. */
  public async rename(id: string, name: string): Promise<boolean> {
    try {
      await this.engine.post(`/containers/${id}/rename?name=${encodeURIComponent(name)}`);
      return true;
    } catch (error) {
      if (!isEngineError(error)) throw error;
      // An earlier attempt with a lost answer has done it already.
      if ((await this.inspect(id))?.Name === `/${name}`) return true;
      if (error.status === 409) return false;
      throw error;
    }
  }

  /** Starts a service that was stopped here; it restarts with the engine again. */
  public async start({ Id, HostConfig }: Container) {
    await this.engine.post(`/containers/${Id}/start`);
    if (HostConfig.RestartPolicy?.Name === 'no') await setRestartPolicy(this.engine, Id, 'always');
  }

  /**
   * Sends the container's own stop signal and waits until it has ended; after its timeout the engine kills it. It stays
   * stopped: with the policy `always` it would restart with the engine, on the same data as its successor.
   * @param grace - seconds, for a container without a stop timeout
   */
  public async stop(container: Container, grace: number = USUAL_GRACE) {
    const { Id, Config, HostConfig, State } = container;
    const seconds = Config.StopTimeout ?? Math.ceil(grace);
    const always = HostConfig.RestartPolicy?.Name === 'always';
    if (always) await setRestartPolicy(this.engine, Id, 'no');
    try {
      if (State.Paused === true) await this.engine.post(`/containers/${Id}/unpause`);
      await this.engine.post(`/containers/${Id}/stop?t=${seconds}`, { patience: (seconds + 30) * 1000 });
    } catch (error) {
      if (always) await setRestartPolicy(this.engine, Id, 'always').catch(() => undefined);
      throw error;
    }
  }

  public kill(id: string, signal: string) {
    return this.engine.post(`/containers/${id}/kill?signal=${encodeURIComponent(signal)}`);
  }

  /** Removes a container that does not run, if it is there; volumes with a name stay. */
  public async remove(id: string) {
    try {
      await this.engine.ask('DELETE', `/containers/${id}`);
    } catch (error) {
      if (!(isEngineError(error) && error.status === 404)) throw error;
    }
  }

  public async logs(id: string, lines: number) {
    return demultiplex(await this.engine.ask('GET', `/containers/${id}/logs?stdout=true&stderr=true&tail=${lines}`));
  }

  /**
   * Runs a command in a running container, with the container's user and variables.
   * @param patience - milliseconds
   */
  public async exec(id: string, command: readonly string[], patience: number): Promise<Check> {
    const { Id } = await this.execution(id, command);
    const start = { json: { Detach: false, Tty: false }, patience, once: true };
    const Output = demultiplex(await this.engine.ask('POST', `/exec/${Id}/start`, start));
    for (;;) {
      const { Running, ExitCode } = await this.engine.get<Execution>(`/exec/${Id}/json`);
      if (Running !== true) return { ExitCode: Number(ExitCode ?? -1), Output };
      await sleep(50);
    }
  }

  private async execution(id: string, command: readonly string[]): Promise<{ readonly Id: string }> {
    const json = { AttachStdout: true, AttachStderr: true, Cmd: command };
    const made = await this.engine.post<{ readonly Id: string }>(`/containers/${id}/exec`, { json });
    return made ?? { Id: '' };
  }

  /** Returns a file as an archive of one entry. */
  public fetch(id: string, path: string) {
    return this.engine.ask('GET', `/containers/${id}/archive?path=${encodeURIComponent(path)}`);
  }

  /** Returns a file that may be missing. */
  public async fetchIfThere(id: string, path: string) {
    try {
      return await this.fetch(id, path);
    } catch (error) {
      if (isEngineError(error) && error.status === 404) return undefined;
      throw error;
    }
  }

  public unpack(id: string, directory: string, tar: Buffer) {
    return this.engine.ask('PUT', `/containers/${id}/archive?path=${encodeURIComponent(directory)}`, { tar });
  }
}

export function nameOf({ Name, Id }: Container): string {
  return Name.replace(/^\//, '') || Id.slice(0, 12);
}

export function revisionOf(container: Container | undefined): string | undefined {
  return container?.Config.Labels?.[REVISION_LABEL];
}
