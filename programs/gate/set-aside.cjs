// @ts-check
'use strict';

const { nameOf } = require('./containers.cjs');
const { EngineError } = require('./failure.cjs');
const { say } = require('./report.cjs');

/** Returns true for a container that failed; other steps ignore it. @param {import('./containers.cjs').Container} it */
function isSetAside(it) {
  return /-failed-[0-9a-f]{6,}$/.test(it.Name);
}

/**
 * Marks a failed container by its name: other steps ignore it, and users see it.
 * @param {import('./containers.cjs').Containers} containers
 * @param {import('./containers.cjs').Container} container
 * @returns {Promise<string>} its new name
 */
async function markFailed(containers, container) {
  const name = nameOf(container);
  if (isSetAside(container)) return name;
  for (const length of [6, 12, 64]) {
    const free = `${name}-failed-${container.Id.slice(0, length)}`;
    if (await containers.rename(container.Id, free)) return free;
  }
  return name;
}

/**
 * Ignores a refusal: the engine cannot rename a container between two of its restarts.
 * @param {unknown} error
 * @returns {undefined}
 */
function notNow(error) {
  if (!(error instanceof EngineError)) throw error;
  return undefined;
}

/**
 * Renames and stops a failed container; it stays as evidence until Terraform removes it.
 * @param {import('./containers.cjs').Containers} containers
 * @param {import('./containers.cjs').Container} container
 */
async function setAside(containers, container) {
  try {
    const early = await markFailed(containers, container).catch(notNow);
    await containers.stop(container);
    const name = early ?? (await markFailed(containers, container));
    say(`It is stopped now and called ${name}; the next apply removes it.`);
    say(`To look at it: docker logs ${name}`);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    say(`It could not be set aside: ${error.message}`);
    say(`Remove it before the next apply: docker rm -f ${container.Id.slice(0, 12)}`);
  }
}

/**
 * Stops a container cleanly and removes it.
 * @param {import('./containers.cjs').Containers} containers
 * @param {string} id
 */
async function stopAndRemove(containers, id) {
  const container = await containers.inspect(id);
  if (container?.State.Running === true) await containers.stop(container);
  if (container !== undefined) await containers.remove(id);
}

module.exports = { markFailed, isSetAside, setAside, stopAndRemove };
