// @ts-check
'use strict';

const { randomBytes } = require('node:crypto');
const { nameOf } = require('./containers.cjs');

// A pending handover is marked in the name of the preparation, where each later apply finds it: the name differs from
// that in Terraform's state.

const OPEN = /-open-[0-9a-f]{6}$/;

/**
 * Marks a handover as pending from here on.
 * @param {import('./containers.cjs').Containers} containers
 * @param {import('./arguments.cjs').Options} options
 * @returns {Promise<number>} exit code
 */
async function openHandover(containers, { container: id, names: [name = ''] }) {
  const preparation = await containers.inspect(id);
  // The preparation is made again if it was removed, and has another name if it is marked already.
  if (preparation === undefined || nameOf(preparation) !== name) return 0;
  await containers.rename(id, `${name.replace(OPEN, '')}-open-${randomBytes(3).toString('hex')}`);
  return 0;
}

/**
 * Takes marks away.
 * @param {import('./containers.cjs').Containers} containers
 * @param {import('./arguments.cjs').Options} options
 * @returns {Promise<number>} exit code
 */
async function closeHandovers(containers, { containers: ids, names }) {
  await Promise.all(ids.map((id, index) => closeHandover(containers, id, names[index])));
  return 0;
}

/**
 * Without a mark taken away the next apply hands over again, which stops nothing.
 * @param {import('./containers.cjs').Containers} containers
 * @param {string} id
 * @param {string} [name]
 */
async function closeHandover(containers, id, name) {
  const preparation = await containers.inspect(id);
  if (preparation === undefined || name === undefined || nameOf(preparation) === name) return;
  await containers.rename(id, name);
}

module.exports = { openHandover, closeHandover, closeHandovers };
