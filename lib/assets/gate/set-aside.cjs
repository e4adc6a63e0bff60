// @ts-check
'use strict';

const { EngineError } = require('./failure.cjs');
const { nameOf } = require('./containers.cjs');
const { say } = require('./report.cjs');

/** A name that ends like this belongs to a container that failed; nothing counts on it any more. */
const FAILED = /-failed-[0-9a-f]{6,}$/;

/**
 * Frees the name of a container that failed. Its name says its revision: without this, applying the same revision
 * again would find the name taken.
 * @param {import('./containers.cjs').Containers} containers
 * @param {import('./containers.cjs').Container} container
 * @returns {Promise<string>} its name from now on
 */
async function freeName(containers, container) {
  const name = nameOf(container);
  if (FAILED.test(name)) return name;
  for (const length of [6, 12, 64]) {
    const free = `${name}-failed-${container.Id.slice(0, length)}`;
    if (await containers.rename(container.Id, free)) return free;
  }
  return name;
}

/**
 * Renames and stops a container that failed; it stays as evidence until Terraform removes it.
 * @param {import('./containers.cjs').Containers} containers
 * @param {string} id
 */
async function setAside(containers, id) {
  const container = await containers.inspect(id);
  if (container === undefined) return;
  try {
    const name = await freeName(containers, container);
    await containers.stop(container);
    say(`It is stopped now and called ${name}; the next apply removes it.`);
    say(`To look at it: docker logs ${name}`);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    say(`It could not be set aside: ${error.message}`);
    say(`Remove it before the next apply: docker rm -f ${container.Id.slice(0, 12)}`);
  }
}

module.exports = { FAILED, freeName, setAside };
