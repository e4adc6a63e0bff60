// @ts-check
'use strict';

const { setTimeout: sleep } = require('node:timers/promises');
const { EngineError } = require('./failure.cjs');
const { setRestartPolicy } = require('./restart-policy.cjs');
const { demultiplex } = require('./streams.cjs');

/**
 * The fields of a container's description that are used here.
 * @typedef {object} Container
 * @property {string} Id
 * @property {string} Name with a slash before it
 * @property {number} RestartCount
 * @property {ContainerState} State
 * @property {ContainerConfig} Config
 * @property {{ Memory?: number, PidsLimit?: number | null, RestartPolicy?: { Name: string } }} HostConfig
 *
 * @typedef {object} ContainerState
 * @property {string} Status
 * @property {boolean} Running
 * @property {boolean} [Paused]
 * @property {boolean} [Restarting]
 * @property {boolean} [OOMKilled]
 * @property {number} ExitCode
 * @property {string} [Error]
 * @property {string} [StartedAt]
 * @property {string} [FinishedAt]
 * @property {{ Status: string, Log?: Check[] | null }} [Health]
 *
 * @typedef {object} ContainerConfig
 * @property {Record<string, string> | null} [Labels]
 * @property {number | null} [StopTimeout] seconds
 * @property {{ Test?: string[] | null } | null} [Healthcheck]
 * @property {string[] | null} [Shell]
 *
 * @typedef {{ readonly ExitCode: number, readonly Output: string }} Check one run of a health check
 *
 * @typedef {object} Listed a container in a list
 * @property {string} Id
 * @property {number} Created seconds of the engine's clock
 * @property {string} [State]
 * @property {string[]} [Names] with a slash before each
 * @property {Record<string, string>} [Labels]
 */

/** Seconds that a container without a stop timeout of its own gets. */
const USUAL_GRACE = 10;
/** Label that all containers of one workload share. */
const WORKLOAD = 'docker-constructs.workload';
/** Label that distinguishes the revisions of one workload. */
const REVISION = 'docker-constructs.revision';

/** Requests about the containers of an engine. */
class Containers {
  /** @param {import('./engine.cjs').Engine} engine */
  constructor(engine) {
    this.engine = engine;
  }

  /**
   * Returns the start time of a container, in milliseconds of our clock. If the engine's clock differs, the run counts
   * from now.
   * @param {Container} container
   * @returns {number}
   */
  startOf({ State }) {
    const now = Date.now();
    const start = this.engine.sharesOurClock ? Date.parse(State.StartedAt ?? '') : now;
    return start <= now ? start : now;
  }

  /**
   * @param {string} id or name
   * @returns {Promise<Container | undefined>} undefined if there is none
   */
  async inspect(id) {
    try {
      return await this.engine.get(`/containers/${id}/json`);
    } catch (error) {
      if (error instanceof EngineError && error.status === 404) return undefined;
      throw error;
    }
  }

  /**
   * @param {string} label LABEL=VALUE
   * @param {'running' | 'exited' | 'any'} status a running one may be paused or waiting for its restart
   * @returns {Promise<Container[]>}
   */
  async labelled(label, status) {
    const filters = { label: [label], ...(status === 'exited' ? { status: [status] } : {}) };
    const found = await this.list(filters, status !== 'running');
    const containers = await Promise.all(found.map(({ Id }) => this.inspect(Id)));
    return containers.filter((container) => container !== undefined);
  }

  /**
   * Returns whether other containers of the same workload run. The first call asks the engine once for all of them.
   * @param {Container} container
   */
  async haveOthers({ Id, Config }) {
    const workload = Config.Labels?.[WORKLOAD];
    this.running ??= this.list({ label: [WORKLOAD] }, false);
    return (await this.running).some((other) => other.Labels?.[WORKLOAD] === workload && other.Id !== Id);
  }

  /**
   * @param {readonly string[]} ids
   * @returns {Promise<ReadonlyMap<string, number>>} when each container was made, in milliseconds of the engine's clock
   */
  async creations(ids) {
    const found = await this.list({ id: ids }, true);
    return new Map(found.map(({ Id, Created }) => [Id, Created * 1000]));
  }

  /** Returns all containers of stacks, in any state. */
  ofStacks() {
    return this.list({ label: ['docker-constructs.role'] }, true);
  }

  /**
   * @param {Readonly<Record<string, readonly string[]>>} filters
   * @param {boolean} all also those that do not run
   * @returns {Promise<readonly Listed[]>}
   */
  list(filters, all) {
    return this.engine.get(`/containers/json?all=${all}&filters=${encodeURIComponent(JSON.stringify(filters))}`);
  }

  /**
   * @param {string} id
   * @param {string} name
   * @returns {Promise<boolean>} false when the name is taken
   */
  async rename(id, name) {
    try {
      await this.engine.post(`/containers/${id}/rename?name=${encodeURIComponent(name)}`);
      return true;
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      // An earlier attempt with a lost answer has done it already.
      if ((await this.inspect(id))?.Name === `/${name}`) return true;
      if (error.status === 409) return false;
      throw error;
    }
  }

  /** Starts a service that was stopped here; it restarts with the engine again. @param {Container} container */
  async start({ Id, HostConfig }) {
    await this.engine.post(`/containers/${Id}/start`);
    if (HostConfig.RestartPolicy?.Name === 'no') await setRestartPolicy(this.engine, Id, 'always');
  }

  /**
   * Sends the container's own stop signal and waits until it has ended; after its timeout the engine kills it. It stays
   * stopped: with the policy `always` it would restart with the engine, on the same data as its successor.
   * @param {Container} container
   * @param {number} grace seconds, for a container without a stop timeout
   */
  async stop(container, grace = USUAL_GRACE) {
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

  /** @param {string} id @param {string} signal */
  kill(id, signal) {
    return this.engine.post(`/containers/${id}/kill?signal=${encodeURIComponent(signal)}`);
  }

  /** Removes a container that does not run, if it is there; volumes with a name stay. @param {string} id */
  async remove(id) {
    try {
      await this.engine.ask('DELETE', `/containers/${id}`);
    } catch (error) {
      if (!(error instanceof EngineError && error.status === 404)) throw error;
    }
  }

  /** @param {string} id @param {number} lines */
  async logs(id, lines) {
    return demultiplex(await this.engine.ask('GET', `/containers/${id}/logs?stdout=true&stderr=true&tail=${lines}`));
  }

  /**
   * Runs a command in a running container, with the container's user and variables.
   * @param {string} id
   * @param {readonly string[]} command
   * @param {number} patience milliseconds
   * @returns {Promise<Check>}
   */
  async exec(id, command, patience) {
    const request = { AttachStdout: true, AttachStderr: true, Cmd: command };
    const { Id } = await this.engine.post(`/containers/${id}/exec`, { json: request });
    const start = { json: { Detach: false, Tty: false }, patience, once: true };
    const Output = demultiplex(await this.engine.ask('POST', `/exec/${Id}/start`, start));
    for (;;) {
      const { Running, ExitCode } = await this.engine.get(`/exec/${Id}/json`);
      if (Running !== true) return { ExitCode: Number(ExitCode ?? -1), Output };
      await sleep(50);
    }
  }

  /** Returns a file as an archive of one entry. @param {string} id @param {string} path */
  fetch(id, path) {
    return this.engine.ask('GET', `/containers/${id}/archive?path=${encodeURIComponent(path)}`);
  }

  /** Returns a file that may be missing. @param {string} id @param {string} path */
  async fetchIfThere(id, path) {
    try {
      return await this.fetch(id, path);
    } catch (error) {
      if (error instanceof EngineError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** @param {string} id @param {string} directory @param {Buffer} tar */
  unpack(id, directory, tar) {
    return this.engine.ask('PUT', `/containers/${id}/archive?path=${encodeURIComponent(directory)}`, { tar });
  }
}

/** @param {Container} container */
function nameOf({ Name, Id }) {
  return Name.replace(/^\//, '') || Id.slice(0, 12);
}

/** @param {Container | undefined} container @returns {string | undefined} */
function revisionOf(container) {
  return container?.Config.Labels?.[REVISION];
}

module.exports = { Containers, nameOf, revisionOf, WORKLOAD };
