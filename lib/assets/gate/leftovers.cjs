// @ts-check
'use strict';

const { EngineError } = require('./failure.cjs');
const { say } = require('./report.cjs');
const { stopAndRemove } = require('./set-aside.cjs');
const { readState } = require('./state.cjs');

const STACK = 'docker-constructs.stack';
const ROLE = 'docker-constructs.role';
const WORKLOAD = 'docker-constructs.workload';
const REVISION = 'docker-constructs.revision';

/** @typedef {import('./containers.cjs').Listed} Listed @typedef {import('./state.cjs').Known} Known */

/**
 * Removes what an apply that was cut off has made and Terraform does not know. It would answer under the name of its
 * service, run beside its successor on the same data, and hold volumes that Terraform is about to remove.
 * @param {import('./containers.cjs').Containers} containers
 * @param {readonly string[]} judged ids or names of the containers that the step is about
 */
async function removeLeftovers(containers, judged) {
  const known = await readState(process.cwd());
  const all = await containers.ofStacks().catch(none);
  for (const current of all.filter((one) => judged.includes(one.Id) || judged.includes(nameOf(one)))) {
    const left = known === undefined ? neverStarted(all, current) : orphans(all, current, known);
    for (const one of left) await remove(containers, one);
  }
}

/** A rollout that went well does not fail for it. @param {unknown} error @returns {Listed[]} */
function none(error) {
  if (error instanceof EngineError) return [];
  throw error;
}

/**
 * Where the state cannot be read: what was never started and is older than what served before. Anything younger may be
 * Terraform's own, of the apply before this one.
 * @param {readonly Listed[]} all
 * @param {Listed} current
 */
function neverStarted(all, current) {
  const others = all.filter((other) => isEarlier(other, current));
  const before = Math.max(...others.filter(({ State }) => State !== 'created').map(({ Created }) => Created));
  return others.filter(({ State, Created }) => State === 'created' && Created < before);
}

/** @param {Listed} other @param {Listed} current */
function isEarlier(other, current) {
  const differs = other.Labels?.[REVISION] !== current.Labels?.[REVISION];
  return differs && other.Labels?.[ROLE] === 'service' && isOf(other, current, WORKLOAD);
}

/**
 * Containers of the same workload that are not in the state. Terraform makes the containers of a workload one after the
 * other, so it makes none of them while one is looked at. What runs is removed only where the state is in touch with the
 * engine: an old state does not know what serves.
 * @param {readonly Listed[]} all
 * @param {Listed} current
 * @param {Known} known
 */
function orphans(all, current, { ids, claims }) {
  const family = all.filter((other) => other.Id !== current.Id && isRelated(other, current, claims));
  const isInTouch = family.some(({ Id }) => ids.has(Id));
  return family
    .filter(({ Id }) => !ids.has(Id))
    .filter((other) => isInTouch || other.State === 'created' || claims.some(({ id }) => hasRevision(other, id)));
}

/** @param {Listed} other @param {Listed} current @param {Known['claims']} claims */
function isRelated(other, current, claims) {
  const role = other.Labels?.[ROLE];
  if (!isOf(other, current, STACK)) return false;
  if (role === 'config') return current.Labels?.[ROLE] === role && baseOf(other) === baseOf(current);
  if (isOf(other, current, WORKLOAD)) return current.Labels?.[WORKLOAD] !== undefined;
  if (role !== 'files' && role !== 'ownership') return false;
  const claim = `${current.Labels?.[WORKLOAD]?.split('/')[1]}-revision`;
  return claims.some(({ name, id }) => name === claim && hasRevision(other, id));
}

/** @param {Listed} other @param {string} id of a claim */
function hasRevision(other, id) {
  const revision = other.Labels?.[REVISION] ?? '';
  return revision !== '' && id.startsWith(revision);
}

/** @param {Listed} other @param {Listed} current @param {string} label */
function isOf(other, current, label) {
  return other.Labels?.[label] === current.Labels?.[label];
}

/** The name without what is new for each creation, and without a mark. @param {Listed} container */
function baseOf(container) {
  return nameOf(container).replace(/-[0-9a-f]{8}(?:-(?:open|failed)-[0-9a-f]+)*$/, '');
}

/** @param {Listed} container */
function nameOf({ Names, Id }) {
  return Names?.[0]?.slice(1) ?? Id;
}

/** @param {import('./containers.cjs').Containers} containers @param {Listed} container */
async function remove(containers, container) {
  const name = nameOf(container);
  try {
    await stopAndRemove(containers, container.Id);
    say(`Removed ${name}, which an interrupted apply left behind.`);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    say(`${name}, which an interrupted apply left behind, could not be removed: ${error.message}`);
  }
}

module.exports = { removeLeftovers };
