import { nameOf, revisionOf } from './containers';
import { isEngineError } from './failure';
import { closeHandover, openHandover } from './open';
import { say } from './report';
import { isSetAside, stopAndRemove } from './set-aside';
import { readState } from './state';
import type { Options } from './arguments';
import type { Container } from './container';
import type { Containers } from './containers';

/**
 * Stops the running containers of a workload that cannot run twice, before Terraform starts the next one. It stops all
 * or none: if one cannot be stopped, it starts the others again.
 * @returns exit code
 */
export async function handover(containers: Containers, options: Options): Promise<number> {
  const { container: id, names, grace, predecessors = '' } = options;
  const preparation = await containers.inspect(id);
  const all = await containers.labelled(predecessors, 'any');
  const own = all.filter((container) => !isPredecessor(container, preparation));
  const orphans = await orphansOf(own);
  const isOver = own.length > orphans.length;
  if (!isOver) await openHandover(containers, options);
  const running = all.filter(({ State }) => State.Running);
  const left = orphans.filter((container) => running.includes(container));
  const others = running.filter((container) => !own.includes(container));
  const problems = await Promise.all(left.map((container) => removeOrphan(containers, container)));
  const isDone = report(problems) && (await stopAll(containers, others, grace / 1000));
  if (isOver) await closeHandover(containers, id, names[0]);
  if (isDone) return 0;
  say('Nothing was handed over. Stop it by hand, or apply again.');
  return 1;
}

/** Prints problems. Returns whether there is none. */
function report(problems: readonly (string | undefined)[]): boolean {
  for (const problem of problems) if (problem !== undefined) say(problem);
  return problems.every((problem) => problem === undefined);
}

/**
 * Returns false for a container of the preparation's own revision, which has no successor: the preparation was removed
 * and made again, while the container keeps running.
 */
function isPredecessor(container: Container, preparation: Container | undefined) {
  const revision = revisionOf(preparation);
  return revision === undefined || revisionOf(container) !== revision || isSetAside(container);
}

/**
 * Those that Terraform does not know: an apply that was killed made them, and this one makes another.
 * @param own - containers of the revision
 */
async function orphansOf(own: readonly Container[]) {
  const known = own.length === 0 ? undefined : await readState(process.cwd());
  return known === undefined ? [] : own.filter(({ Id }) => !known.ids.has(Id));
}

/** Returns the problem, if there is one. */
async function removeOrphan(containers: Containers, container: Container): Promise<string | undefined> {
  try {
    await stopAndRemove(containers, container.Id);
    say(`Removed ${nameOf(container)}, which an interrupted apply left behind.`);
    return undefined;
  } catch (error) {
    if (!isEngineError(error)) throw error;
    return `${nameOf(container)}, which an interrupted apply left behind, could not be removed: ${error.message}`;
  }
}

/**
 * @param grace - seconds
 * @returns false when one could not be stopped; the others run again then
 */
async function stopAll(containers: Containers, others: readonly Container[], grace: number): Promise<boolean> {
  const problems = await Promise.all(others.map((container) => stop(containers, container, grace)));
  if (report(problems)) return true;
  await Promise.all(others.filter((_, index) => !problems[index]).map((other) => startAgain(containers, other)));
  return false;
}

/**
 * @param grace - seconds
 * @returns the problem
 */
async function stop(containers: Containers, container: Container, grace: number): Promise<string | undefined> {
  try {
    await containers.stop(container, grace);
    const after = await containers.inspect(container.Id);
    if (after?.State.Running === true) return `${nameOf(container)} still runs although it was stopped.`;
    say(`Stopped ${nameOf(container)}, which makes room for its successor.`);
    return undefined;
  } catch (error) {
    if (!isEngineError(error)) throw error;
    // The container has been removed meanwhile, which is as good.
    return error.status === 404 ? undefined : `${nameOf(container)} could not be stopped: ${error.message}`;
  }
}

async function startAgain(containers: Containers, container: Container) {
  try {
    await containers.start((await containers.inspect(container.Id)) ?? container);
    say(`Started ${nameOf(container)} again.`);
  } catch (error) {
    if (!isEngineError(error)) throw error;
    say(`${nameOf(container)} could not be started again: ${error.message}`);
  }
}
