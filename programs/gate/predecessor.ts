import { setTimeout as sleep } from 'node:timers/promises';
import { nameOf, revisionOf } from './containers';
import { isEngineError } from './failure';
import { say } from './report';
import { isSetAside } from './set-aside';
import type { Container } from './container';
import type { Containers } from './containers';

const PATIENCE = 15_000;

/**
 * Restarts the container that the handover stopped: the last one that ended among the workload's other revisions.
 * @param label - of the workload
 * @param failed - the container in its place
 */
export async function bringBack(
  containers: Containers,
  label: string,
  failed: { readonly id?: string; readonly revision?: string },
) {
  const [last] = (await containers.labelled(label, 'exited'))
    .filter((container) => container.Id !== failed.id && !isSetAside(container))
    .filter((container) => failed.revision === undefined || revisionOf(container) !== failed.revision)
    .sort((a, b) => endOf(b) - endOf(a));
  if (last === undefined) return;
  const name = nameOf(last);
  try {
    await containers.start(last);
    if (await runs(containers, last.Id)) say(`Its predecessor ${name} was started again.`);
    else say(`Its predecessor ${name} was started again, but does not run. See: docker logs ${name}`);
  } catch (error) {
    if (!isEngineError(error)) throw error;
    say(`Its predecessor ${name} could not be started again: ${error.message}`);
  }
}

function endOf({ State }: Container) {
  return Date.parse(State.FinishedAt ?? '') || 0;
}

async function runs(containers: Containers, id: string) {
  for (const deadline = Date.now() + PATIENCE; Date.now() < deadline; await sleep(200)) {
    const { State } = (await containers.inspect(id)) ?? {};
    if (State === undefined || State.Status === 'exited') return false;
    if (State.Running && State.Restarting !== true) return true;
  }
  return false;
}

/** Removes the container whose creation caused the handover, so that the next apply makes it again. */
export async function forgetPreparation(containers: Containers, preparation: Container): Promise<void> {
  try {
    await containers.remove(preparation.Id);
  } catch (error) {
    if (!isEngineError(error)) throw error;
    const name = nameOf(preparation);
    say(`${name} could not be removed: ${error.message}`);
    say(`Remove it before the next apply: docker rm -f ${name}`);
  }
}
