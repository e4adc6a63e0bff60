// @ts-check
'use strict';

const { setTimeout: sleep } = require('node:timers/promises');
const { nameOf, revisionOf } = require('./containers.cjs');
const { bringBack, forgetPreparation } = require('./predecessor.cjs');
const { checkCommand, Probe } = require('./probe.cjs');
const { describeChecks, describeState, logLines, say, sayList } = require('./report.cjs');
const { setAside } = require('./set-aside.cjs');

const MOST_RESTARTS = 3;
const LOG_LINES = 30;
/** A container without a health check counts as healthy when it has run for so long (milliseconds). */
const STEADY = 2000;
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 500;

/**
 * Waits until a container can do its work. If it cannot, says why, sets it aside and brings back what served before.
 * @param {import('./containers.cjs').Containers} containers
 * @param {import('./arguments.cjs').Options} options
 * @returns {Promise<number>} exit code
 */
async function healthy(containers, options) {
  const start = Date.now();
  const probe = new Probe(containers, options.container, start + options.timeout);
  const problem = await watch(containers, probe, options.timeout);
  if (problem === undefined) {
    say(`Healthy after ${((Date.now() - start) / 1000).toFixed(1)} s.`);
    return 0;
  }
  const container = await containers.inspect(options.container);
  say(`${container === undefined ? options.container : nameOf(container)} ${problem}.`);
  if (container !== undefined) await explain(containers, container, probe.last);
  await undo(containers, options, container);
  say('Correct the cause and apply again; nothing that depends on it was changed.');
  return 1;
}

/**
 * @param {import('./containers.cjs').Containers} containers
 * @param {Probe} probe
 * @param {number} timeout milliseconds, for the message
 * @returns {Promise<string | undefined>} what is wrong, undefined when the container is healthy
 */
async function watch(containers, probe, timeout) {
  const steady = { since: Date.now(), run: '' };
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE)) {
    const container = await containers.inspect(probe.id);
    if (container === undefined) return 'was removed by somebody while it started';
    const problem = findProblem(container);
    if (problem !== undefined) return problem;
    const command = checkCommand(container);
    if (isHealthy(container, command === undefined, steady, containers.startOf(container))) return undefined;
    const left = probe.deadline - Date.now();
    if (left <= 0) return `did not become healthy within ${timeout / 1000} s`;
    const rest = sleep(Math.min(pause, left));
    if (command !== undefined && isUp(container)) await Promise.race([probe.start(command), rest]);
    if (probe.succeeded) return undefined;
    await rest;
    if (probe.succeeded) return undefined;
  }
}

/** @param {import('./containers.cjs').Container} container */
function isUp({ State }) {
  return State.Running && State.Restarting !== true && State.Paused !== true;
}

/** @param {import('./containers.cjs').Container} container */
function findProblem({ State, RestartCount }) {
  if (State.Status === 'created' && State.Error) return 'could not be started';
  if (State.Status === 'exited' || State.Status === 'dead') return 'ended instead of becoming healthy';
  if (RestartCount >= MOST_RESTARTS) return 'ends again and again';
  if (State.Health?.Status === 'unhealthy') return 'is unhealthy';
  return undefined;
}

/**
 * @param {import('./containers.cjs').Container} container
 * @param {boolean} unchecked true without a health check
 * @param {{ since: number, run: string }} steady since when this run of the container goes on
 * @param {number} start of the run, as far as we know
 */
function isHealthy(container, unchecked, steady, start) {
  if (!unchecked) return container.State.Health?.Status === 'healthy';
  const run = isUp(container) ? `${container.State.StartedAt} ${container.RestartCount}` : '';
  if (run !== steady.run) Object.assign(steady, { since: start, run });
  return run !== '' && Date.now() - steady.since >= STEADY;
}

/**
 * @param {import('./containers.cjs').Containers} containers
 * @param {import('./containers.cjs').Container} container
 * @param {import('./containers.cjs').Check | undefined} check our last one
 */
async function explain(containers, container, check) {
  for (const line of describeState(container)) say(line);
  sayList('Its last health checks:', describeChecks(container, check));
  sayList('Its last log lines:', await logLines(containers, container.Id, LOG_LINES));
}

/**
 * @param {import('./containers.cjs').Containers} containers
 * @param {import('./arguments.cjs').Options} options
 * @param {import('./containers.cjs').Container | undefined} container
 */
async function undo(containers, { predecessors, prepare }, container) {
  const preparation = prepare === undefined ? undefined : await containers.inspect(prepare);
  if (container !== undefined) await setAside(containers, container);
  if (predecessors !== undefined) {
    const revision = revisionOf(container) ?? revisionOf(preparation);
    await bringBack(containers, predecessors, { id: container?.Id, revision });
  }
  if (preparation !== undefined) await forgetPreparation(containers, preparation);
}

module.exports = { healthy };
