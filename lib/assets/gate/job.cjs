// @ts-check
'use strict';
const { Failure } = require('./failure.cjs');
const { inspect, setAside, sleep } = require('./containers.cjs');
const { reasonOf } = require('./report.cjs');

const PAUSE = 150;

/** Waits until the job has ended with exit code 0. @param {import('./engine.cjs').Engine} engine @param {{ container: string, timeout: number }} options */
async function job(engine, { container: id, timeout }) {
  const deadline = Date.now() + timeout * 1000;
  for (;;) {
    const container = await inspect(engine, id);
    if (container === undefined) throw new Failure('The job vanished: somebody removed its container.');
    const { Status, ExitCode } = container.State;
    const ended = Status === 'exited' || Status === 'dead';
    if (ended && ExitCode === 0) return;
    if (ended || Date.now() > deadline)
      return fail(engine, container, ended ? 'failed' : `ran longer than ${timeout} seconds`);
    await sleep(PAUSE);
  }
}

/** @param {import('./engine.cjs').Engine} engine @param {any} container @param {string} what */
async function fail(engine, container, what) {
  const reason = await reasonOf(engine, container, what, 50);
  const aside = await setAside(engine, container);
  throw new Failure(`${reason}\nIt is kept as ${aside}: docker logs ${aside}`);
}

module.exports = { job };
