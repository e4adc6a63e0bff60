import type { IConstruct } from 'constructs';
import { quote } from '../../values';
import { overlap } from '../workload/host-address';
import type { Platform } from './platform';
import type { Finding } from './policy';
import { contextAt } from './stack-context';
import type { StackContext } from './stack-context';
import type { PublishedPort } from '../workload/workload-spec';

/** Returns conflicts of a stack with earlier stacks of the program on the same host. */
export function engineFindings(context: StackContext): readonly Finding[] {
  return earlierStacks(context)
    .filter(({ environment }) => runTogether(environment.platform, context.environment.platform))
    .flatMap((earlier) => [...takenPorts(context, earlier), ...takenNames(context, earlier)]);
}

/** Returns true if two platforms are surely one machine. Two platforms without a known place may be two machines. */
function runTogether(one: Platform, other: Platform): boolean {
  return one === other || (one.place !== undefined && one.place === other.place);
}

function earlierStacks({ root }: StackContext): readonly StackContext[] {
  const stacks = root.node.root.node.findAll();
  return stacks.slice(0, stacks.indexOf(root)).flatMap((construct) => contextAt(construct) ?? []);
}

interface Publication {
  readonly construct: IConstruct;
  readonly port: PublishedPort;
}

function takenPorts(context: StackContext, earlier: StackContext): readonly Finding[] {
  const taken = publications(earlier);
  return publications(context).flatMap(({ construct, port }) => {
    const owner = taken.find(({ port: other }) => samePort(port, other));
    if (owner === undefined) return [];
    const message =
      `host port ${port.address}:${port.host}/${port.protocol} is taken by ${owner.construct.node.path}, which runs on the same ` +
      'host; publish one of them on another port (`edge` or `expose` of the stack)';
    return [{ construct, message }];
  });
}

function publications({ services }: StackContext): readonly Publication[] {
  return services.flatMap((construct) => construct.workload.spec.ports.map((port) => ({ construct, port })));
}

export function samePort(one: PublishedPort, other: PublishedPort): boolean {
  return one.host === other.host && one.protocol === other.protocol && overlap(one.address, other.address);
}

/**
 * Returns names that an earlier stack uses too. Names begin with the stack's, so `shop-dev` with `app-data` has the
 * same name as `shop-dev-app` with `data`.
 */
function takenNames(context: StackContext, earlier: StackContext): readonly Finding[] {
  const taken = names(earlier);
  return [...names(context)].flatMap(([name, construct]) => {
    const owner = taken.get(name);
    if (owner === undefined) return [];
    const message =
      `name ${quote(name)} is taken by ${owner.node.path}, which runs on the same host; ` +
      'choose another name for this one, or for its system';
    return [{ construct, message }];
  });
}

/** Returns the names of volumes and networks, each with its kind. */
function names({ services }: StackContext): ReadonlyMap<string, IConstruct> {
  const volumes = services.flatMap(({ workload }) => workload.volumeMounts.map(({ volume }) => volume));
  const networks = services.flatMap(({ workload }) => workload.networks.map(({ network }) => network));
  return new Map<string, IConstruct>([
    ...volumes
      .filter(({ spec }) => spec.external !== true)
      .map((volume) => [`volume ${volume.spec.name}`, volume] as const),
    ...networks.map((network) => [`network ${network.spec.name}`, network] as const),
  ]);
}
