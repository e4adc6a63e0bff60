// @ts-check
'use strict';
const { Failure } = require('./failure.cjs');
const { exec, existing, inspect, setAside, sleep, start, withLabel } = require('./containers.cjs');
const { reasonOf } = require('./report.cjs');

/** @typedef {import('./engine.cjs').Engine} Engine */
/** @typedef {{ container: string, timeout: number, predecessors?: string, prepare?: string }} HealthyOptions */

const PAUSE = 300;
const MOST_RESTARTS = 3;
/** Without a health check, running for this long has to do. */
const SETTLED = 2000;

/** Waits until the container is healthy; otherwise says why, takes it out of the way and undoes the handover. @param {Engine} engine @param {HealthyOptions} options */
async function healthy(engine, options) {
  const problem = await waitForHealth(engine, options);
  if (problem === undefined) return;
  const container = await inspect(engine, options.container);
  if (container === undefined) throw new Failure(problem);
  const reason = await reasonOf(engine, container, problem, 30);
  const aside = await setAside(engine, container);
  const undone = await undo(engine, container, options);
  throw new Failure([reason, `It is stopped and kept as ${aside}: docker logs ${aside}`, ...undone].join('\n'));
}

/** @param {Engine} engine @param {HealthyOptions} options @returns {Promise<string | undefined>} what went wrong */
async function waitForHealth(engine, { container: id, timeout }) {
  const deadline = Date.now() + timeout * 1000;
  while (Date.now() < deadline) {
    const container = await inspect(engine, id);
    if (container === undefined) return 'The new container vanished: somebody removed it.';
    const verdict = judge(container);
    if (verdict === 'healthy') return undefined;
    if (verdict !== 'waiting') return verdict;
    if (await probe(engine, container)) return undefined;
    await sleep(PAUSE);
  }
  return `did not become healthy within ${timeout} seconds`;
}

/** @param {any} container @returns {string} 'healthy', 'waiting', or what is wrong */
function judge({ State, Config, HostConfig, RestartCount }) {
  if (State.Health?.Status === 'healthy') return 'healthy';
  if (State.Health?.Status === 'unhealthy') return 'is unhealthy';
  if (RestartCount >= MOST_RESTARTS) return 'keeps ending';
  const ended = State.Status === 'exited' || State.Status === 'dead';
  if (ended && HostConfig.RestartPolicy?.Name === 'no') return 'ended';
  const checked = (Config.Healthcheck?.Test ?? []).length > 0 && Config.Healthcheck.Test[0] !== 'NONE';
  const settled = State.Status === 'running' && Date.now() - Date.parse(State.StartedAt) > SETTLED;
  return !checked && settled ? 'healthy' : 'waiting';
}

/** Asks the container's own health check now, instead of waiting for the engine's next turn. @param {Engine} engine @param {any} container */
async function probe(engine, { Id, State, Config }) {
  const [kind, ...words] = Config.Healthcheck?.Test ?? [];
  if (State.Status !== 'running' || (kind !== 'CMD' && kind !== 'CMD-SHELL')) return false;
  const shell = Config.Shell ?? ['/bin/sh', '-c'];
  const { exitCode } = await exec(engine, Id, kind === 'CMD' ? words : [...shell, ...words]);
  return exitCode === 0;
}

/** Starts again what the handover stopped, and makes the next apply hand over again. @param {Engine} engine @param {any} failed @param {HealthyOptions} options */
async function undo(engine, failed, { predecessors, prepare }) {
  if (predecessors === undefined) return [];
  if (prepare !== undefined) await engine.call('DELETE', `/containers/${prepare}?force=1`, { quiet: [404] });
  const candidates = (await withLabel(engine, predecessors, true))
    .filter((one) => one.Id !== failed.Id && !one.Names.some((/** @type {string} */ name) => name.includes('-failed-')))
    .sort((a, b) => b.Created - a.Created);
  const newest = candidates[0];
  if (newest === undefined) return ['Nothing ran before it that could be started again.'];
  await start(engine, newest.Id);
  const { State, Name } = await existing(engine, newest.Id);
  const name = Name.replace(/^\//, '');
  return [
    State.Running
      ? `What ran before it serves again: ${name}`
      : `What ran before it did not start: docker logs ${name}`,
  ];
}

module.exports = { healthy };
