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
 */
function endOnSignal(containers, options) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => {
      setTimeout(() => process.exit(1), LAST_MOMENTS);
      say('Interrupted.');
      void cleanUp(containers, options)
        .catch(() => undefined)
        .finally(() => process.exit(1));
    });
  }
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
