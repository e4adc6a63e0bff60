// @ts-check
'use strict';

const { say } = require('./report.cjs');
const { freeName } = require('./set-aside.cjs');

/** How long an interrupted step may clean up, in milliseconds. */
const LAST_MOMENTS = 2000;

/**
 * Ends the program soon after a signal, and leaves things so that the next apply can start over: the container's name
 * is free, a handover happens again, and what was being started is asked to stop.
 * @param {import('./containers.cjs').Containers} containers
 * @param {import('./arguments.cjs').Options} options
 * @returns {{ readonly received: boolean }} true from the moment of a signal on
 */
function endOnSignal(containers, options) {
  const interruption = { received: false };
  const end = () => {
    if (interruption.received) return;
    interruption.received = true;
    say('Interrupted.');
    setTimeout(() => process.exit(1), LAST_MOMENTS);
    void cleanUp(containers, options)
      .catch(() => undefined)
      .finally(() => process.exit(1));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end);
  return interruption;
}

/**
 * @param {import('./containers.cjs').Containers} containers
 * @param {import('./arguments.cjs').Options} options
 */
async function cleanUp(containers, { container: id, prepare }) {
  const container = await containers.inspect(id);
  if (container !== undefined) await freeName(containers, container);
  if (prepare !== undefined) await containers.remove(prepare);
  if (container !== undefined) await containers.stop(container);
}

module.exports = { endOnSignal };
