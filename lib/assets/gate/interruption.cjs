// @ts-check
'use strict';

const { Containers } = require('./containers.cjs');
const { Engine } = require('./engine.cjs');
const { say } = require('./report.cjs');
const { markFailed } = require('./set-aside.cjs');

/** How long an interrupted step may clean up, in milliseconds. */
const LAST_MOMENTS = 2000;

/**
 * Ends the program soon after a signal, and leaves things so that the next apply can start over: the container is
 * marked as failed, a handover happens again, and what was being started is asked to stop.
 * @param {Engine} engine on which the command works; it comes to a halt
 * @param {import('./arguments.cjs').Options} options
 */
function endOnSignal(engine, options) {
  const end = () => {
    if (engine.halted) return;
    engine.halt();
    say('Interrupted.');
    setTimeout(() => process.exit(1), LAST_MOMENTS);
    void cleanUp(new Containers(new Engine(engine.address, options.sshOptions)), options)
      .catch(() => undefined)
      .finally(() => process.exit(1));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end);
}

/**
 * @param {Containers} containers
 * @param {import('./arguments.cjs').Options} options
 */
async function cleanUp(containers, { container: id, containers: all, prepare }) {
  // Others may be well; all are looked at again.
  if (all.length > 1) return;
  const container = await containers.inspect(id);
  if (container !== undefined) await markFailed(containers, container);
  if (prepare !== undefined) await containers.remove(prepare);
  if (container !== undefined) await containers.stop(container);
}

module.exports = { endOnSignal };
