import { isEngineError } from './failure';
import { DATA_LABEL, WORKLOAD_LABEL } from '../../lib/model/stack/labels';
import type { Container } from './container';
import type { Containers } from './containers';

interface Volume {
  readonly Labels?: Readonly<Record<string, string>> | null;
}

/** Label of volumes that restores made. */
const RESTORED = 'docker-constructs.restored';
/** Milliseconds. A volume that is older than a job by more than this was in use before this deploy. */
const EARLIER = 600_000;

/**
 * Returns whether the data of a job was put in place of other data since the job ran last. Where no run of it is
 * known, returns whether this deploy is the first one on restored data.
 * @param volumes - names of the volumes that it works on
 */
export async function wasRestored(
  containers: Containers,
  job: Container,
  volumes: readonly string[],
): Promise<boolean> {
  const last = await lastRun(containers, job);
  if (last !== undefined) return dataOf(last) !== dataOf(job);
  for (const volume of volumes) if (await isNewlyRestored(containers, job, volume)) return true;
  return false;
}

async function lastRun(containers: Containers, { Id, Config }: Container) {
  const all = await containers.labelled(`${WORKLOAD_LABEL}=${Config.Labels?.[WORKLOAD_LABEL]}`, 'any');
  const [last] = all
    .filter((other) => other.Id !== Id && startOf(other) > 0)
    .sort((one, other) => startOf(other) - startOf(one));
  return last;
}

/** @param container - a year before 1970 says that it never ran */
function startOf({ State }: Container) {
  return Date.parse(State.StartedAt ?? '') || 0;
}

function dataOf({ Config }: Container) {
  return Config.Labels?.[DATA_LABEL] ?? '';
}

async function isNewlyRestored(containers: Containers, job: Container, volume: string) {
  const named = dataOf(job).split(',').includes(volume);
  if (!named && !(await isMadeByRestore(containers, volume))) return false;
  const users = await containers.list({ volume: [volume] }, true);
  const made = (await containers.creations([job.Id])).get(job.Id) ?? 0;
  return !users.some(({ Created }) => made - Created * 1000 > EARLIER);
}

async function isMadeByRestore({ engine }: Containers, volume: string) {
  try {
    return (await engine.get<Volume>(`/volumes/${volume}`)).Labels?.[RESTORED] !== undefined;
  } catch (error) {
    if (isEngineError(error) && error.status === 404) return false;
    throw error;
  }
}
