// @ts-check
'use strict';

const { EngineError } = require('./failure.cjs');
const { WORKLOAD } = require('./containers.cjs');

/** Label of a job's container with the restored volumes that it works on, and of volumes that restores made. */
const DATA = 'docker-constructs.data';
const RESTORED = 'docker-constructs.restored';
/** Milliseconds. A volume that is older than a job by more than this was in use before this deploy. */
const EARLIER = 600_000;

/**
 * Whether the data that a job works on was put in place of other data since the job ran last. Where no run of it is known,
 * whether this deploy is the first one on restored data.
 * @param {import('./containers.cjs').Containers} containers
 * @param {import('./containers.cjs').Container} job
 * @param {readonly string[]} volumes names of the volumes that it works on
 */
async function wasRestored(containers, job, volumes) {
  const last = await lastRun(containers, job);
  if (last !== undefined) return dataOf(last) !== dataOf(job);
  for (const volume of volumes) if (await isNewlyRestored(containers, job, volume)) return true;
  return false;
}

/** @param {import('./containers.cjs').Containers} containers @param {import('./containers.cjs').Container} job */
async function lastRun(containers, { Id, Config }) {
  const all = await containers.labelled(`${WORKLOAD}=${Config.Labels?.[WORKLOAD]}`, 'any');
  const [last] = all
    .filter((other) => other.Id !== Id && startOf(other) > 0)
    .sort((one, other) => startOf(other) - startOf(one));
  return last;
}

/** @param {import('./containers.cjs').Container} container a year before 1970 says that it never ran */
function startOf({ State }) {
  return Date.parse(State.StartedAt ?? '') || 0;
}

/** @param {import('./containers.cjs').Container} container */
function dataOf({ Config }) {
  return Config.Labels?.[DATA] ?? '';
}

/**
 * @param {import('./containers.cjs').Containers} containers
 * @param {import('./containers.cjs').Container} job
 * @param {string} volume
 */
async function isNewlyRestored(containers, job, volume) {
  const named = dataOf(job).split(',').includes(volume);
  if (!named && !(await isMadeByRestore(containers, volume))) return false;
  const users = await containers.list({ volume: [volume] }, true);
  const made = (await containers.creations([job.Id])).get(job.Id) ?? 0;
  return !users.some(({ Created }) => made - Created * 1000 > EARLIER);
}

/** @param {import('./containers.cjs').Containers} containers @param {string} volume */
async function isMadeByRestore({ engine }, volume) {
  try {
    return (await engine.get(`/volumes/${volume}`)).Labels?.[RESTORED] !== undefined;
  } catch (error) {
    if (error instanceof EngineError && error.status === 404) return false;
    throw error;
  }
}

module.exports = { wasRestored };
