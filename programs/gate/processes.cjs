// @ts-check
'use strict';

const { nameOf, WORKLOAD } = require('./containers.cjs');
const { EngineError } = require('./failure.cjs');
const { say } = require('./report.cjs');

/** Containers with a limit already set; an engine without this control group ignores it. @type {Set<string>} */
const limited = new Set();

/**
 * Limits the processes and threads of a container. The Terraform provider has no option for it. The engine keeps the
 * limit when it restarts the container.
 * @param {import('./containers.cjs').Containers} containers
 * @param {import('./containers.cjs').Container} container
 * @param {import('./arguments.cjs').PidsLimits} limits
 * @returns {Promise<string | undefined>} the problem, undefined when the limit holds or the container is gone
 */
async function limitProcesses(containers, container, limits) {
  const limit = limits[container.Config.Labels?.[WORKLOAD] ?? ''];
  if (limit === undefined || container.HostConfig.PidsLimit === limit || limited.has(container.Id)) return undefined;
  limited.add(container.Id);
  try {
    const answer = await containers.engine.post(`/containers/${container.Id}/update`, { json: { PidsLimit: limit } });
    for (const warning of answer?.Warnings ?? []) say(`${nameOf(container)}: ${warning}`);
    return undefined;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    if (!(await stillRuns(containers, container.Id))) return undefined;
    return `could not be limited to ${limit} processes: ${error.message}`;
  }
}

/** @param {import('./containers.cjs').Containers} containers @param {string} id */
async function stillRuns(containers, id) {
  return (await containers.inspect(id))?.State.Running === true;
}

/**
 * Sets changed limits of all containers with a label, without a restart.
 * @param {import('./containers.cjs').Containers} containers
 * @param {import('./arguments.cjs').Options} options
 * @returns {Promise<number>} exit code
 */
async function limits(containers, { target = '', pidsLimits }) {
  const all = await containers.labelled(target, 'any');
  const problems = await Promise.all(
    all.map(async (container) => {
      const problem = await limitProcesses(containers, container, pidsLimits);
      return problem === undefined ? [] : [`${nameOf(container)} ${problem}.`];
    }),
  );
  for (const problem of problems.flat()) say(problem);
  return problems.flat().length === 0 ? 0 : 1;
}

module.exports = { limitProcesses, limits };
