import type { TerraformDocument } from '../project/synthesized-stack';
import type { SeenContainer } from './engine-view';
import type { State, StateObject } from './state';

/** Result of comparing running containers with Terraform's state. */
export interface Findings {
  /** Containers of an apply that was cut off before it recorded them. */
  readonly orphans: readonly SeenContainer[];
  /** Services that an apply that was cut off cannot explain: the state is an old one, or another stack's. */
  readonly foreign: readonly SeenContainer[];
}

/** Compares the containers of a stack with its state. */
export function compare(state: State, containers: readonly SeenContainer[]): Findings {
  const ids = new Set(state.objects.map(({ id }) => id));
  const unknown = containers.filter(({ id }) => !ids.has(id));
  const orphans = unknown.filter((one) => isOrphan(one, state, containers, ids));
  return { orphans, foreign: unknown.filter((one) => one.role === 'service' && !orphans.includes(one)) };
}

/**
 * Returns true for an orphan. A container that was never started serves nothing. A running one is an orphan if the
 * state knows the claim of its revision, or another existing container of its workload.
 */
function isOrphan(
  one: SeenContainer,
  { objects }: State,
  containers: readonly SeenContainer[],
  ids: ReadonlySet<string>,
): boolean {
  if (objects.length === 0) return false;
  const hasClaim = objects.some(({ type, id }) => type === 'terraform_data' && belongs(one, id));
  const hasKin = one.workload !== '' && containers.some(({ id, workload }) => workload === one.workload && ids.has(id));
  return one.status === 'created' || hasClaim || hasKin;
}

function belongs({ revision }: SeenContainer, claim: string): boolean {
  return revision !== '' && claim.startsWith(revision);
}

/** Part of a resource in the document that matters here. */
interface DocumentResource {
  readonly name?: string;
  readonly provisioner?: readonly unknown[];
}

function resourcesOf(document: TerraformDocument, type: string): readonly (readonly [string, DocumentResource])[] {
  return Object.entries(document.resource?.[type] ?? {}).map(([name, resource]) => [
    `${type}.${name}`,
    resource as DocumentResource,
  ]);
}

/**
 * Returns objects whose step may not have ended when Terraform was killed: it records them as complete while the step
 * runs.
 *
 * @param passed - ids of containers whose step succeeded
 * @param since - containers made before this moment were checked by an earlier apply; seconds since 1970
 */
export function unjudged(
  state: State,
  containers: readonly SeenContainer[],
  document: TerraformDocument,
  passed: ReadonlySet<string>,
  since: number,
): { readonly containers: readonly SeenContainer[]; readonly others: readonly StateObject[] } {
  const withStep = (type: string): ReadonlySet<string> =>
    new Set(
      resourcesOf(document, type).flatMap(([address, { provisioner }]) => (provisioner?.length ? [address] : [])),
    );
  const current = state.objects.filter(({ isDeposed, isTainted }) => !isDeposed && !isTainted);
  const steps = withStep('docker_container');
  const open = new Set(current.filter(({ address, id }) => steps.has(address) && !passed.has(id)).map(({ id }) => id));
  const others = withStep('terraform_data');
  return {
    containers: containers.filter(({ id, created }) => open.has(id) && created >= since),
    others: current.filter(({ address }) => others.has(address)),
  };
}

/** Returns names of networks that are in the document but not in the state. */
export function missingNetworks(state: State, document: TerraformDocument): readonly string[] {
  const known = namesOf(state, 'docker_network');
  return resourcesOf(document, 'docker_network').flatMap(([, { name = '' }]) => (known.has(name) ? [] : [name]));
}

/**
 * Returns volumes of revisions that are not in the state: secrets and files that no container reads any more. Volumes
 * of data have no revision in their names.
 */
export function lostVolumes(state: State, document: TerraformDocument, volumes: readonly string[]): readonly string[] {
  const known = namesOf(state, 'docker_volume');
  const prefixes = resourcesOf(document, 'docker_volume').flatMap(([, { name = '' }]) => {
    const [prefix = '', rest] = name.split('${substr(');
    return rest === undefined || prefix === '' ? [] : [prefix];
  });
  return volumes.filter((name) => !known.has(name) && prefixes.some((prefix) => isRevision(name, prefix)));
}

function isRevision(name: string, prefix: string): boolean {
  return name.startsWith(prefix) && /^[0-9a-f]{8}$/.test(name.slice(prefix.length));
}

function namesOf({ objects }: State, wanted: string): ReadonlySet<string> {
  return new Set(objects.filter(({ type }) => type === wanted).map(({ name }) => name));
}

/** Returns the host name of a container's service, from its label. */
export function hostnameOf({ workload }: SeenContainer): string {
  return workload.slice(workload.indexOf('/') + 1);
}
