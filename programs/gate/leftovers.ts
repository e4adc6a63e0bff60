import { REVISION_LABEL, ROLE_LABEL, STACK_LABEL, WORKLOAD_LABEL } from '../../lib/model/stack/labels';
import { isEngineError } from './failure';
import { say } from './report';
import { stopAndRemove } from './set-aside';
import { readState } from './state';
import type { Listed } from './container';
import type { Containers } from './containers';
import type { Known } from './state';

/**
 * Removes what an apply that was cut off has made and Terraform does not know. It would answer under the name of its
 * service, run beside its successor on the same data, and hold volumes that Terraform is about to remove.
 * @param judged - ids or names of the containers that the step is about
 */
export async function removeLeftovers(containers: Containers, judged: readonly string[]): Promise<void> {
  const known = await readState(process.cwd());
  const all = await containers.ofStacks().catch(none);
  for (const current of all.filter((one) => judged.includes(one.Id) || judged.includes(nameOf(one)))) {
    const left = known === undefined ? neverStarted(all, current) : orphans(all, current, known);
    for (const one of left) await remove(containers, one);
  }
}

/** A rollout that went well does not fail for it. */
function none(error: unknown): Listed[] {
  if (isEngineError(error)) return [];
  throw error;
}

/**
 * Where the state cannot be read: what was never started and is older than what served before. Anything younger may be
 * Terraform's own, of the apply before this one.
 */
function neverStarted(all: readonly Listed[], current: Listed) {
  const others = all.filter((other) => isEarlier(other, current));
  const before = Math.max(...others.filter(({ State }) => State !== 'created').map(({ Created }) => Created));
  return others.filter(({ State, Created }) => State === 'created' && Created < before);
}

function isEarlier(other: Listed, current: Listed) {
  const differs = other.Labels?.[REVISION_LABEL] !== current.Labels?.[REVISION_LABEL];
  return differs && other.Labels?.[ROLE_LABEL] === 'service' && isOf(other, current, WORKLOAD_LABEL);
}

/**
 * Containers of the same workload that are not in the state. Terraform makes the containers of a workload one after the
 * other, so it makes none of them while one is looked at. What runs is removed only where the state is in touch with the
 * engine: an old state does not know what serves.
 */
function orphans(all: readonly Listed[], current: Listed, { ids, claims }: Known) {
  const family = all.filter((other) => other.Id !== current.Id && isRelated(other, current, claims));
  const isInTouch = family.some(({ Id }) => ids.has(Id));
  return family
    .filter(({ Id }) => !ids.has(Id))
    .filter((other) => isInTouch || other.State === 'created' || claims.some(({ id }) => hasRevision(other, id)));
}

function isRelated(other: Listed, current: Listed, claims: Known['claims']) {
  const role = other.Labels?.[ROLE_LABEL];
  if (!isOf(other, current, STACK_LABEL)) return false;
  if (role === 'config') return current.Labels?.[ROLE_LABEL] === role && baseOf(other) === baseOf(current);
  if (isOf(other, current, WORKLOAD_LABEL)) return current.Labels?.[WORKLOAD_LABEL] !== undefined;
  if (role !== 'files' && role !== 'ownership') return false;
  const claim = `${current.Labels?.[WORKLOAD_LABEL]?.split('/')[1]}-revision`;
  return claims.some(({ name, id }) => name === claim && hasRevision(other, id));
}

/** @param id - of a claim */
function hasRevision(other: Listed, id: string) {
  const revision = other.Labels?.[REVISION_LABEL] ?? '';
  return revision !== '' && id.startsWith(revision);
}

function isOf(other: Listed, current: Listed, label: string) {
  return other.Labels?.[label] === current.Labels?.[label];
}

/** Returns the name without what is new for each creation, and without marks. */
function baseOf(container: Listed) {
  return nameOf(container).replace(/-[0-9a-f]{8}(?:-(?:open|failed)-[0-9a-f]+)*$/, '');
}

function nameOf({ Names, Id }: Listed) {
  return Names?.[0]?.slice(1) ?? Id;
}

async function remove(containers: Containers, container: Listed) {
  const name = nameOf(container);
  try {
    await stopAndRemove(containers, container.Id);
    say(`Removed ${name}, which an interrupted apply left behind.`);
  } catch (error) {
    if (!isEngineError(error)) throw error;
    say(`${name}, which an interrupted apply left behind, could not be removed: ${error.message}`);
  }
}
