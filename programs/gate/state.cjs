// @ts-check
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');

const DOCUMENT = 'cdk.tf.json';
/** Number of reads of an incomplete text: Terraform writes its state while steps run. */
const ATTEMPTS = 20;
const PAUSE = 50;

/**
 * Terraform's state of the stack in whose folder a step runs.
 * @typedef {object} Known
 * @property {ReadonlySet<string>} ids of all containers, deposed ones too
 * @property {readonly { readonly name: string, readonly id: string }[]} claims identities of revisions
 *
 * @typedef {{ readonly type?: string, readonly name?: string, readonly instances?: readonly Instance[] }} Resource
 * @typedef {{ readonly attributes?: { readonly id?: string } | null }} Instance
 */

/**
 * Reads the local state file that the document in the folder names.
 * @param {string} directory
 * @returns {Promise<Known | undefined>} undefined if the state is not in a file that can be read here
 */
async function readState(directory) {
  const file = stateFile(directory);
  for (let attempt = 0; file !== undefined && attempt < ATTEMPTS; attempt += 1) {
    const state = readJson(file);
    if (state !== undefined) return Array.isArray(state.resources) ? knownOf(state.resources) : undefined;
    if (!fs.existsSync(file)) return undefined;
    await sleep(PAUSE);
  }
  return undefined;
}

/** @param {string} directory @returns {string | undefined} */
function stateFile(directory) {
  const stated = readJson(path.join(directory, DOCUMENT))?.terraform?.backend?.local?.path;
  // Another workspace has its state elsewhere.
  const { TF_WORKSPACE, TF_DATA_DIR } = process.env;
  const chosen = readText(path.resolve(directory, TF_DATA_DIR || '.terraform', 'environment'));
  const workspace = TF_WORKSPACE || chosen || 'default';
  return typeof stated === 'string' && workspace === 'default' ? path.resolve(directory, stated) : undefined;
}

/** @param {readonly Resource[]} resources @returns {Known} */
function knownOf(resources) {
  /** @param {string} wanted */
  const instances = (wanted) =>
    resources
      .filter(({ type }) => type === wanted)
      .flatMap(({ name = '', instances: all = [] }) => all.map((one) => ({ name, id: one.attributes?.id ?? '' })));
  return {
    ids: new Set(instances('docker_container').map(({ id }) => id)),
    claims: instances('terraform_data').filter(({ name }) => name.endsWith('-revision')),
  };
}

/** @param {string} file @returns {any} */
function readJson(file) {
  try {
    return JSON.parse(readText(file) ?? '');
  } catch {
    return undefined;
  }
}

/** @param {string} file */
function readText(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

module.exports = { readState, DOCUMENT };
