import { WORKLOAD_LABEL } from '../../lib/model/stack/labels';
import { nameOf } from './containers';
import { isEngineError } from './failure';
import { say } from './report';
import type { Options, PidsLimits } from './arguments';
import type { Container } from './container';
import type { Containers } from './containers';

interface Update {
  readonly Warnings?: readonly string[] | null;
}

/** Containers with a limit already set; an engine without this control group ignores it. */
const limited: Set<string> = new Set();

/**
 * Limits the processes and threads of a container. The Terraform provider has no option for it. The engine keeps the
 * limit when it restarts the container.
 * @returns the problem, undefined when the limit holds or the container is gone
 */
export async function limitProcesses(
  containers: Containers,
  container: Container,
  limits: PidsLimits,
): Promise<string | undefined> {
  const limit = limits[container.Config.Labels?.[WORKLOAD_LABEL] ?? ''];
  if (limit === undefined || container.HostConfig.PidsLimit === limit || limited.has(container.Id)) return undefined;
  limited.add(container.Id);
  try {
    const answer = await containers.engine.post<Update>(`/containers/${container.Id}/update`, {
      json: { PidsLimit: limit },
    });
    for (const warning of answer?.Warnings ?? []) say(`${nameOf(container)}: ${warning}`);
    return undefined;
  } catch (error) {
    if (!isEngineError(error)) throw error;
    if (!(await stillRuns(containers, container.Id))) return undefined;
    return `could not be limited to ${limit} processes: ${error.message}`;
  }
}

async function stillRuns(containers: Containers, id: string) {
  return (await containers.inspect(id))?.State.Running === true;
}

/**
 * Sets changed limits of all containers with a label, without a restart.
 * @returns exit code
 */
export async function limits(containers: Containers, { target = '', pidsLimits }: Options): Promise<number> {
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
