// @ts-check
'use strict';
const { Failure } = require('./failure.cjs');
const { exec, existing, sleep, withLabel } = require('./containers.cjs');
const { renameEntry } = require('./tar.cjs');

/** @typedef {import('./engine.cjs').Engine} Engine */
/** @typedef {{ container: string, target: string, staged: string, live: string, command: readonly string[] }} ReloadOptions */

const ATTEMPTS = 20;
const PAUSE = 500;

/**
 * Makes the running program take over the staged file; only then is it put where the program looks when it starts.
 * @param {Engine} engine @param {ReloadOptions} options
 */
async function reload(engine, options) {
  for (const target of await withLabel(engine, options.target, false)) await takeOver(engine, target.Id, options);
  await promote(engine, options);
}

/** @param {Engine} engine @param {string} id @param {ReloadOptions} options */
async function takeOver(engine, id, { command, live }) {
  for (let attempt = 1; ; attempt += 1) {
    const { exitCode, output } = await exec(engine, id, command);
    if (exitCode === 0) return;
    const { State, Name } = await existing(engine, id);
    const starting = State.Health?.Status === 'starting' && attempt < ATTEMPTS;
    if (!starting) {
      const name = Name.replace(/^\//, '');
      throw new Failure(
        `${name} refused the new ${live}, and goes on with the old one:\n${output.trim().slice(-4000)}`,
      );
    }
    await sleep(PAUSE);
  }
}

/** @param {Engine} engine @param {ReloadOptions} options */
async function promote(engine, { container, staged, live }) {
  const { body } = await engine.call('GET', `/containers/${container}/archive?path=${encodeURIComponent(staged)}`);
  const directory = live.slice(0, live.lastIndexOf('/')) || '/';
  const archive = renameEntry(body, live.slice(live.lastIndexOf('/') + 1));
  await engine.call('PUT', `/containers/${container}/archive?path=${encodeURIComponent(directory)}`, { tar: archive });
}

module.exports = { reload };
