// @ts-check
'use strict';

const { nameOf, revisionOf } = require('./containers.cjs');
const { EngineError } = require('./failure.cjs');
const { say } = require('./report.cjs');
const { markFailed, isSetAside } = require('./set-aside.cjs');

/**
 * Stops the running containers of a workload that cannot run twice, before Terraform starts the next one. It stops all
 * or none: if one cannot be stopped, it starts the others again.
 * @param {import('./containers.cjs').Containers} containers
 * @param {import('./arguments.cjs').Options} options
 * @returns {Promise<number>} exit code
 */
async function handover(containers, options) {
  const preparation = await containers.inspect(options.container);
  const running = await containers.labelled(options.predecessors ?? '', 'running');
  const others = running.filter((container) => isPredecessor(container, preparation));
  const problems = await Promise.all(others.map((container) => stop(containers, container, options.grace / 1000)));
  if (problems.every((problem) => problem === undefined)) return 0;
  for (const problem of problems) if (problem !== undefined) say(problem);
  await Promise.all(others.filter((_, index) => !problems[index]).map((other) => startAgain(containers, other)));
  if (preparation !== undefined) await markFailed(containers, preparation);
  say('Nothing was handed over. Stop it by hand, or apply again.');
  return 1;
}

/**
 * Returns false for a container of the preparation's own revision, which has no successor: the preparation was removed
 * and made again, while the container keeps running.
 * @param {import('./containers.cjs').Container} container
 * @param {import('./containers.cjs').Container | undefined} preparation
 */
function isPredecessor(container, preparation) {
  if (container.Id === preparation?.Id) return false;
  const revision = revisionOf(preparation);
  return revision === undefined || revisionOf(container) !== revision || isSetAside(container);
}

/**
 * @param {import('./containers.cjs').Containers} containers
 * @param {import('./containers.cjs').Container} container
 * @param {number} grace seconds
 * @returns {Promise<string | undefined>} the problem
 */
async function stop(containers, container, grace) {
  try {
    await containers.stop(container, grace);
    const after = await containers.inspect(container.Id);
    if (after?.State.Running === true) return `${nameOf(container)} still runs although it was stopped.`;
    say(`Stopped ${nameOf(container)}, which makes room for its successor.`);
    return undefined;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    // The container has been removed meanwhile, which is as good.
    return error.status === 404 ? undefined : `${nameOf(container)} could not be stopped: ${error.message}`;
  }
}

/** @param {import('./containers.cjs').Containers} containers @param {import('./containers.cjs').Container} container */
async function startAgain(containers, container) {
  try {
    await containers.start((await containers.inspect(container.Id)) ?? container);
    say(`Started ${nameOf(container)} again.`);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    say(`${nameOf(container)} could not be started again: ${error.message}`);
  }
}

module.exports = { handover };
