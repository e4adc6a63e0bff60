// @ts-check
'use strict';

const { setTimeout: sleep } = require('node:timers/promises');
const { EngineError } = require('./failure.cjs');

const ATTEMPTS = 10;
/** Milliseconds between two attempts. */
const PAUSE = 200;

/**
 * Changes whether a container restarts. The engine refuses it for a moment when the container ends just then.
 * @param {import('./engine.cjs').Engine} engine
 * @param {string} id
 * @param {'always' | 'no'} Name
 */
async function setRestartPolicy(engine, id, Name) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await engine.post(`/containers/${id}/update`, { json: { RestartPolicy: { Name } } });
      return;
    } catch (error) {
      const hasJustEnded = error instanceof EngineError && /cannot update a stopped container/.test(error.message);
      if (!hasJustEnded || attempt === ATTEMPTS) throw error;
      await sleep(PAUSE);
    }
  }
}

module.exports = { setRestartPolicy };
