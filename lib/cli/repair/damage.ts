import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SynthesizedStack } from '../project/synthesized-stack';
import type { EngineView, SeenContainer } from './engine-view';
import { compare, hostnameOf, lostVolumes, missingNetworks, unjudged } from './findings';
import type { State, StateObject } from './state';

/** File in which the gate records the containers that passed. */
const PASSED = 'docker-constructs-passed';
/** Seconds by which the clocks of engine and machine may differ. */
const CLOCKS = 5;

/** Tools of a repair. */
export interface RepairPlace {
  readonly stack: SynthesizedStack;
  readonly engine: EngineView;
  readonly print: (line: string) => void;
  /** Start of the killed apply, in seconds since 1970; undefined if none was killed. */
  readonly killedSince: number | undefined;
  /** If true, everything that the state does not know is removed. */
  readonly takeOver: boolean;
}

/** Leftovers of an apply that was cut off. */
export interface Damage {
  readonly containers: readonly SeenContainer[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
  /** Addresses that Terraform must create again although its state records them as complete. */
  readonly tainted: readonly StateObject[];
  /** Services that were stopped for a successor that never started. */
  readonly stopped: readonly SeenContainer[];
}

/** Finds the leftovers of an apply that was cut off. */
export async function findDamage(place: RepairPlace, state: State): Promise<Damage> {
  const { engine, stack, killedSince, takeOver } = place;
  const seen = await engine.containers();
  const { orphans, foreign } = compare(state, seen);
  const ids = new Set(state.objects.map(({ id }) => id));
  const unknown = takeOver ? seen.filter(({ id }) => !ids.has(id)) : orphans;
  const open =
    killedSince === undefined
      ? { containers: [], others: [] }
      : unjudged(state, seen, stack.document, passedIn(stack.directory), killedSince - CLOCKS);
  const containers = [...unknown, ...open.containers];
  const isKnownStack = takeOver || (foreign.length === 0 && state.objects.length > 0);
  return {
    containers,
    networks: isKnownStack ? await present(engine, missingNetworks(state, stack.document)) : [],
    volumes: isKnownStack ? lostVolumes(state, stack.document, await engine.volumes()) : [],
    tainted: open.others,
    stopped: stoppedServices(place, seen, containers, ids),
  };
}

/** Returns true if there is nothing to repair. */
export function isEmpty(damage: Damage): boolean {
  return Object.values(damage).every((list: readonly unknown[]) => list.length === 0);
}

/** Returns a line about each thing that a repair removes. */
export function removals({ containers, networks, volumes }: Damage): readonly string[] {
  return [
    ...containers.map((one) => `container ${one.name} ${describe(one)}`.trim()),
    ...networks.map((name) => `network ${name}`),
    ...volumes.map((name) => `volume ${name} of a revision`),
  ];
}

async function present(engine: EngineView, names: readonly string[]): Promise<readonly string[]> {
  if (names.length === 0) return [];
  return (await engine.networks(names)).map(({ name }) => name);
}

function passedIn(directory: string): ReadonlySet<string> {
  const file = join(directory, PASSED);
  return new Set(existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []);
}

/**
 * Returns stop-first services without a running container once the damage is gone: their predecessors were stopped for
 * it.
 */
function stoppedServices(
  { stack, killedSince }: RepairPlace,
  seen: readonly SeenContainer[],
  removed: readonly SeenContainer[],
  ids: ReadonlySet<string>,
): readonly SeenContainer[] {
  const services = stack.manifest?.services.filter(({ replacement }) => replacement === 'stop-first') ?? [];
  return services.flatMap(({ hostname }) => {
    const all = seen.filter((one) => one.role === 'service' && hostnameOf(one) === hostname);
    const isCut = killedSince !== undefined || all.some((one) => removed.includes(one));
    const left = all.filter((one) => ids.has(one.id) && !removed.includes(one));
    const runs = left.some(({ status }) => status === 'running' || status === 'restarting');
    const [last] = left.filter(({ name }) => !/-failed-[0-9a-f]+$/.test(name)).sort((a, b) => b.created - a.created);
    return isCut && !runs && last?.status === 'exited' ? [last] : [];
  });
}

/** Repairs the damage, and prints each step. It prints the reason for damage that it cannot repair. */
export async function repair(place: RepairPlace, state: State, damage: Damage): Promise<void> {
  const { engine } = place;
  await Promise.all(
    damage.containers.map((one) =>
      attempt(place, `container ${one.name} ${describe(one)}`, () => engine.removeContainer(one)),
    ),
  );
  for (const network of await engine.networks(damage.networks)) {
    const users = await engine.endpoints(network.id);
    if (users.length === 0) await attempt(place, `network ${network.name}`, () => engine.removeNetwork(network));
    else place.print(`Network ${network.name} is in no state and stays: ${users.join(', ')} use it.`);
  }
  for (const volume of damage.volumes) await removeVolume(place, volume);
  for (const service of damage.stopped) await startAgain(place, state, service);
}

function describe({ workload }: SeenContainer): string {
  return workload === '' ? '' : `of ${workload.slice(workload.indexOf('/') + 1)}`;
}

async function removeVolume(place: RepairPlace, volume: string): Promise<void> {
  const users = await place.engine.usersOf(volume);
  if (users.length === 0) await attempt(place, `volume ${volume}`, () => place.engine.removeVolume(volume));
  else place.print(`Volume ${volume} is in no state and stays: ${users.map(({ name }) => name).join(', ')} use it.`);
}

async function attempt({ print }: RepairPlace, what: string, work: () => Promise<void>): Promise<void> {
  const name = what.trim();
  try {
    await work();
    print(`Removed ${name}, which a deploy that was cut off left behind.`);
  } catch (error) {
    print(`A deploy that was cut off left ${name}, which could not be removed: ${(error as Error).message}`);
  }
}

/**
 * Starts the predecessor again. The next apply repeats the preparation that stopped it, so that it is stopped again.
 */
async function startAgain({ engine, print }: RepairPlace, state: State, service: SeenContainer): Promise<void> {
  const address = `docker_container.${hostnameOf(service)}-files`;
  const steps = state.objects.filter((one) => one.address === address && !one.isDeposed).map(({ id }) => id);
  const carriers = (await engine.containers()).filter(
    ({ id, revision }) => steps.includes(id) && revision !== service.revision,
  );
  try {
    for (const carrier of carriers) await engine.removeContainer(carrier);
    await engine.startContainer(service);
    print(`Started ${service.name} again, which was stopped for a successor that never came.`);
  } catch (error) {
    print(
      `${service.name} was stopped for a successor that never came, and could not be started again: ${(error as Error).message}`,
    );
  }
}
