// @ts-check
'use strict';

const { randomBytes } = require('node:crypto');
const { nameOf } = require('./containers.cjs');
const { EngineError } = require('./failure.cjs');

/*
 * A handover that is going on is written into the name of the preparation, where each later apply finds it: the name is
 * another one than Terraform has noted down.
 */

const OPEN = /-open-[0-9a-f]{6}$/;

/**
 * Marks that a handover goes on from here.
 * @param {import('./containers.cjs').Containers} containers
 * @param {import('./arguments.cjs').Options} options
 * @returns {Promise<number>} exit code
 */
async function openHandover(containers, { container: id, name = '' }) {
  const preparation = await containers.inspect(id);
  // It is made again where it was removed, and has another name where it is marked already.
  if (preparation === undefined || nameOf(preparation) !== name) return 0;
  await containers.rename(id, `${name.replace(OPEN, '')}-open-${randomBytes(3).toString('hex')}`);
  return 0;
}

/**
 * Takes the mark away. Without it the next apply would hand over again, which does no harm.
 * @param {import('./containers.cjs').Containers} containers
 * @param {string | undefined} id
 * @param {string | undefined} name
 */
async function closeHandover(containers, id, name) {
  if (id === undefined || name === undefined) return;
  try {
    const preparation = await containers.inspect(id);
    if (preparation !== undefined && nameOf(preparation) !== name) await containers.rename(id, name);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
  }
}

module.exports = { openHandover, closeHandover };
