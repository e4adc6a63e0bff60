// @ts-check
'use strict';

const { setTimeout: sleep } = require('node:timers/promises');
const { nameOf, revisionOf } = require('./containers.cjs');
const { EngineError } = require('./failure.cjs');
const { say } = require('./report.cjs');
const { isSetAside } = require('./set-aside.cjs');

const PATIENCE = 15_000;

/**
 * Restarts the container that the handover stopped: the last one that ended among the workload's other revisions.
 * @param {import('./containers.cjs').Containers} containers
 * @param {string} label of the workload
 * @param {{ readonly id?: string, readonly revision?: string }} failed the container in its place
 */
async function bringBack(containers, label, failed) {
  const [last] = (await containers.labelled(label, 'exited'))
    .filter((container) => container.Id !== failed.id && !isSetAside(container))
    .filter((container) => failed.revision === undefined || revisionOf(container) !== failed.revision)
    .sort((a, b) => endOf(b) - endOf(a));
  if (last === undefined) return;
  const name = nameOf(last);
  try {
    await containers.start(last);
    if (await runs(containers, last.Id)) say(`Its predecessor ${name} was started again.`);
    else say(`Its predecessor ${name} was started again, but does not run. See: docker logs ${name}`);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    say(`Its predecessor ${name} could not be started again: ${error.message}`);
  }
}

/** @param {import('./containers.cjs').Container} container */
function endOf({ State }) {
  return Date.parse(State.FinishedAt ?? '') || 0;
}

/** @param {import('./containers.cjs').Containers} containers @param {string} id */
async function runs(containers, id) {
  for (const deadline = Date.now() + PATIENCE; Date.now() < deadline; await sleep(200)) {
    const { State } = (await containers.inspect(id)) ?? {};
    if (State === undefined || State.Status === 'exited') return false;
    if (State.Running && State.Restarting !== true) return true;
  }
  return false;
}

/**
 * Removes the container whose creation caused the handover, so that the next apply makes it again.
 * @param {import('./containers.cjs').Containers} containers
 * @param {import('./containers.cjs').Container} preparation
 */
async function forgetPreparation(containers, preparation) {
  try {
    await containers.remove(preparation.Id);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const name = nameOf(preparation);
    say(`${name} could not be removed: ${error.message}`);
    say(`Remove it before the next apply: docker rm -f ${name}`);
  }
}

module.exports = { bringBack, forgetPreparation };
