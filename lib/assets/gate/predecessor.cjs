// @ts-check
'use strict';

const { setTimeout: sleep } = require('node:timers/promises');
const { nameOf } = require('./containers.cjs');
const { EngineError } = require('./failure.cjs');
const { say } = require('./report.cjs');
const { FAILED } = require('./set-aside.cjs');

const PATIENCE = 15_000;

/**
 * Starts again what the handover stopped: the container that ended last among those of the same workload.
 * @param {import('./containers.cjs').Containers} containers
 * @param {string} label
 * @param {string} failed id of the container that took its place and failed
 */
async function bringBack(containers, label, failed) {
  const others = (await containers.labelled(label, 'exited')).filter(
    (container) => container.Id !== failed && !FAILED.test(nameOf(container)),
  );
  const [last] = others.sort((a, b) => ended(b) - ended(a));
  if (last === undefined) return;
  try {
    await containers.start(last.Id);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    say(`Its predecessor ${nameOf(last)} could not be started again: ${error.message}`);
    return;
  }
  if (await runs(containers, last.Id)) say(`Its predecessor ${nameOf(last)} was started again.`);
  else say(`Its predecessor ${nameOf(last)} was started again, but does not run. See: docker logs ${nameOf(last)}`);
}

/** @param {import('./containers.cjs').Container} container */
function ended({ State }) {
  return Date.parse(State.FinishedAt ?? '') || 0;
}

/** @param {import('./containers.cjs').Containers} containers @param {string} id */
async function runs(containers, id) {
  for (const deadline = Date.now() + PATIENCE; Date.now() < deadline; await sleep(200)) {
    const container = await containers.inspect(id);
    if (container === undefined || container.State.Status === 'exited') return false;
    if (container.State.Running && container.State.Restarting !== true) return true;
  }
  return false;
}

/**
 * Removes the container whose creation made the handover happen, so that the next apply makes it again.
 * @param {import('./containers.cjs').Containers} containers
 * @param {string} name
 */
async function forgetPreparation(containers, name) {
  try {
    await containers.remove(name);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    say(`${name} could not be removed: ${error.message}`);
    say(`Remove it before the next apply: docker rm -f ${name}`);
  }
}

module.exports = { bringBack, forgetPreparation };
