import { nameOf } from './containers';
import { isEngineError } from './failure';
import { say } from './report';
import type { Container } from './container';
import type { Containers } from './containers';

/** Returns true for a container that failed; other steps ignore it. */
export function isSetAside(it: Container): boolean {
  return /-failed-[0-9a-f]{6,}$/.test(it.Name);
}

/**
 * Marks a failed container by its name: other steps ignore it, and users see it.
 * @returns its new name
 */
export async function markFailed(containers: Containers, container: Container): Promise<string> {
  const name = nameOf(container);
  if (isSetAside(container)) return name;
  for (const length of [6, 12, 64]) {
    const free = `${name}-failed-${container.Id.slice(0, length)}`;
    if (await containers.rename(container.Id, free)) return free;
  }
  return name;
}

/** Ignores a refusal: the engine cannot rename a container between two of its restarts. */
function notNow(error: unknown): undefined {
  if (!isEngineError(error)) throw error;
  return undefined;
}

/** Renames and stops a failed container; it stays as evidence until Terraform removes it. */
export async function setAside(containers: Containers, container: Container): Promise<void> {
  try {
    const early = await markFailed(containers, container).catch(notNow);
    await containers.stop(container);
    const name = early ?? (await markFailed(containers, container));
    say(`It is stopped now and called ${name}; the next apply removes it.`);
    say(`To look at it: docker logs ${name}`);
  } catch (error) {
    if (!isEngineError(error)) throw error;
    say(`It could not be set aside: ${error.message}`);
    say(`Remove it before the next apply: docker rm -f ${container.Id.slice(0, 12)}`);
  }
}

/** Stops a container cleanly and removes it. */
export async function stopAndRemove(containers: Containers, id: string): Promise<void> {
  const container = await containers.inspect(id);
  if (container?.State.Running === true) await containers.stop(container);
  if (container !== undefined) await containers.remove(id);
}
