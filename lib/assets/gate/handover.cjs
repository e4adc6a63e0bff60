// @ts-check
'use strict';
const { existing, stop, withLabel } = require('./containers.cjs');

const REVISION = 'docker-constructs.revision';

/**
 * Stops the running containers of other revisions, because the next step starts one that cannot run beside them.
 * Containers of the same revision stay: nothing follows that would replace them.
 * @param {import('./engine.cjs').Engine} engine @param {{ container: string, predecessors: string, grace: number }} options
 */
async function handover(engine, { container, predecessors, grace }) {
  const revision = (await existing(engine, container)).Config.Labels?.[REVISION];
  const running = (await withLabel(engine, predecessors, false)).filter((one) => one.Labels?.[REVISION] !== revision);
  for (const one of running) {
    process.stdout.write(
      `Stopping ${one.Names[0].replace(/^\//, '')}, which owns a volume or port that its successor needs.\n`,
    );
    await stop(engine, one.Id, grace);
  }
}

module.exports = { handover };
