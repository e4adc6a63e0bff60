// @ts-check
'use strict';

const { EngineError, Failure } = require('./failure.cjs');

/**
 * Returns the command of a container's health check, as a command that can run in it.
 * @param {import('./containers.cjs').Container} container
 * @returns {readonly string[] | undefined} undefined if it has none
 */
function checkCommand({ Config }) {
  const [kind, ...words] = Config.Healthcheck?.Test ?? [];
  if (kind === 'CMD') return words;
  if (kind === 'CMD-SHELL') return [...(Config.Shell?.length ? Config.Shell : ['/bin/sh', '-c']), ...words];
  return undefined;
}

/**
 * Runs a container's health check earlier and more often than the engine, which starts with a pause of one interval.
 * One at a time: a check that hangs leaves the judgement to the engine, instead of filling the container with others.
 */
class Probe {
  /**
   * @param {import('./containers.cjs').Containers} containers
   * @param {string} id
   * @param {number} deadline time in milliseconds
   */
  constructor(containers, id, deadline) {
    this.containers = containers;
    this.id = id;
    this.deadline = deadline;
    /** @type {import('./containers.cjs').Check | undefined} */
    this.last = undefined;
    /** Its last end, where it starts again and again. @type {import('./containers.cjs').ContainerState | undefined} */
    this.end = undefined;
    /** @private @type {Promise<void> | undefined} */
    this.running = undefined;
  }

  get succeeded() {
    return this.last?.ExitCode === 0;
  }

  /**
   * Starts a check unless one runs.
   * @param {readonly string[]} command
   * @returns {Promise<void>} ends with the check
   */
  start(command) {
    this.running ??= this.check(command).finally(() => (this.running = undefined));
    return this.running;
  }

  /** @private @param {readonly string[]} command */
  async check(command) {
    try {
      this.last = await this.containers.exec(this.id, command, this.deadline - Date.now());
    } catch (error) {
      // The container is gone or about to restart, or the connection was cut: the check of its state will show it.
      if (!(error instanceof EngineError || error instanceof Failure)) throw error;
    }
  }
}

module.exports = { checkCommand, Probe };
