// @ts-check
'use strict';

const { EngineError } = require('./failure.cjs');
const { say } = require('./report.cjs');

const ROLE = 'docker-constructs.role';
const WORKLOAD = 'docker-constructs.workload';
const REVISION = 'docker-constructs.revision';

/**
 * Removes what an apply that was interrupted has made and Terraform never heard of: a container that was never started,
 * older than what served before the healthy one. It would hold on to volumes that Terraform is about to remove. Anything
 * younger may be Terraform's own, of the apply before this one.
 * @param {import('./containers.cjs').Containers} containers
 * @param {readonly string[]} healthy
 */
async function removeLeftovers(containers, healthy) {
  const all = await containers.ofWorkloads().catch(none);
  for (const current of all.filter(({ Id }) => healthy.includes(Id))) {
    const others = all.filter((other) => isEarlier(other, current));
    const before = Math.max(...others.filter(({ State }) => State !== 'created').map(({ Created }) => Created));
    for (const { Id, State, Created, Names } of others) {
      if (State === 'created' && Created < before) await remove(containers, Id, Names?.[0]?.slice(1) ?? Id);
    }
  }
}

/** A rollout that went well does not fail for it. @param {unknown} error @returns {import('./containers.cjs').Listed[]} */
function none(error) {
  if (error instanceof EngineError) return [];
  throw error;
}

/** @typedef {import('./containers.cjs').Listed} Listed @param {Listed} other @param {Listed} current */
function isEarlier(other, current) {
  const differs = other.Labels?.[REVISION] !== current.Labels?.[REVISION];
  return differs && other.Labels?.[ROLE] === 'service' && other.Labels?.[WORKLOAD] === current.Labels?.[WORKLOAD];
}

/** @param {import('./containers.cjs').Containers} containers @param {string} id @param {string} name */
async function remove(containers, id, name) {
  try {
    await containers.remove(id);
    say(`Removed ${name}, which an interrupted apply left behind.`);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    say(`${name}, which an interrupted apply left behind, could not be removed: ${error.message}`);
  }
}

module.exports = { removeLeftovers };
