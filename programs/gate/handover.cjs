// @ts-check
'use strict';

const { nameOf, revisionOf } = require('./containers.cjs');
const { EngineError } = require('./failure.cjs');
const { closeHandover, openHandover } = require('./open.cjs');
const { say } = require('./report.cjs');
const { isSetAside, stopAndRemove } = require('./set-aside.cjs');
const { readState } = require('./state.cjs');

/** @typedef {import('./containers.cjs').Container} Container @typedef {import('./containers.cjs').Containers} Containers */

/**
 * Stops the running containers of a workload that cannot run twice, before Terraform starts the next one. It stops all
 * or none: if one cannot be stopped, it starts the others again.
 * @param {Containers} containers
 * @param {import('./arguments.cjs').Options} options
 * @returns {Promise<number>} exit code
 */
async function handover(containers, options) {
  const { container: id, names, grace, predecessors = '' } = options;
  const preparation = await containers.inspect(id);
  const all = await containers.labelled(predecessors, 'any');
  const own = all.filter((container) => !isPredecessor(container, preparation));
  const orphans = await orphansOf(own);
  const isOver = own.length > orphans.length;
  if (!isOver) await openHandover(containers, options);
  const running = all.filter(({ State }) => State.Running);
  const left = orphans.filter((container) => running.includes(container));
  const others = running.filter((container) => !own.includes(container));
  const problems = await Promise.all(left.map((container) => removeOrphan(containers, container)));
  const isDone = report(problems) && (await stopAll(containers, others, grace / 1000));
  if (isOver) await closeHandover(containers, id, names[0]);
  if (isDone) return 0;
  say('Nothing was handed over. Stop it by hand, or apply again.');
  return 1;
}

/** @param {readonly (string | undefined)[]} problems @returns {boolean} whether there is none */
function report(problems) {
  for (const problem of problems) if (problem !== undefined) say(problem);
  return problems.every((problem) => problem === undefined);
}

/**
 * Returns false for a container of the preparation's own revision, which has no successor: the preparation was removed
 * and made again, while the container keeps running.
 * @param {Container} container
 * @param {Container | undefined} preparation
 */
function isPredecessor(container, preparation) {
  const revision = revisionOf(preparation);
  return revision === undefined || revisionOf(container) !== revision || isSetAside(container);
}

/**
 * Those that Terraform does not know: an apply that was killed made them, and this one makes another.
 * @param {readonly Container[]} own containers of the revision
 */
async function orphansOf(own) {
  const known = own.length === 0 ? undefined : await readState(process.cwd());
  return known === undefined ? [] : own.filter(({ Id }) => !known.ids.has(Id));
}

/**
 * @param {Containers} containers
 * @param {Container} container
 * @returns {Promise<string | undefined>} the problem
 */
async function removeOrphan(containers, container) {
  try {
    await stopAndRemove(containers, container.Id);
    say(`Removed ${nameOf(container)}, which an interrupted apply left behind.`);
    return undefined;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return `${nameOf(container)}, which an interrupted apply left behind, could not be removed: ${error.message}`;
  }
}

/**
 * @param {Containers} containers
 * @param {readonly Container[]} others
 * @param {number} grace seconds
 * @returns {Promise<boolean>} false when one could not be stopped; the others run again then
 */
async function stopAll(containers, others, grace) {
  const problems = await Promise.all(others.map((container) => stop(containers, container, grace)));
  if (report(problems)) return true;
  await Promise.all(others.filter((_, index) => !problems[index]).map((other) => startAgain(containers, other)));
  return false;
}

/**
 * @param {Containers} containers
 * @param {Container} container
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

/** @param {Containers} containers @param {Container} container */
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
