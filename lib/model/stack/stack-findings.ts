import { quote } from '../../values';
import type { ConfigurationError } from '../../values';
import { brokenText } from '../workload/invalid-characters';
import { colocated } from '../workload/colocation';
import { engineFindings, samePort } from './engine-findings';
import type { Finding } from './policy';
import type { Service } from '../workload/service';
import { stackContext } from './stack-context';
import type { StackContext } from './stack-context';
import { findStartCycle, startCycleError } from '../workload/start-order';
import type { Volume } from '../workload/volume';

/** Returns all findings about a stack as a whole; they are independent of each other. */
export function stackFindings(context: StackContext): readonly Finding[] {
  return [
    ...forgedIds(context),
    ...duplicateHostnames(context.services),
    ...duplicatePorts(context.services),
    ...duplicateVolumes(context.services),
    ...scatteredVolumes(context.services),
    ...engineFindings(context),
    ...startCycles(context.services),
    ...unreachable(context.services),
    ...unknownNames(context, 'expose', context.settings.expose),
    ...nothingToExpose(context),
    ...unknownNames(context, 'replicas', context.settings.replicas),
    ...unableToReplicate(context),
  ];
}

/** Returns the error of a rendered service as a finding of that service. */
export function findingOf({ message, detail }: ConfigurationError, service: Service): Finding {
  const { services } = stackContext(service);
  const place = services.find(({ node: { path } }) => [`[${path}] `, `[${path}/`].some((at) => message.startsWith(at)));
  return { construct: place ?? service, message: detail };
}

/**
 * Returns ids that the framework would take for a reference: it writes each id into the document, and resolves
 * references there.
 */
function forgedIds({ root }: StackContext): readonly Finding[] {
  return root.node.findAll().flatMap((construct) => {
    const broken = brokenText(construct.node.id);
    return broken === undefined ? [] : [{ construct, message: `its id contains ${broken}; choose another id` }];
  });
}

function duplicateHostnames(services: readonly Service[]): readonly Finding[] {
  const owners = new Map<string, Service>();
  return services.flatMap((service) => {
    const duplicate = owners.get(service.hostname);
    if (duplicate === undefined) {
      owners.set(service.hostname, service);
      return [];
    }
    const message = `hostname ${quote(service.hostname)} is taken by ${duplicate.node.path}; set another \`hostname\``;
    return [{ construct: service, message }];
  });
}

function duplicatePorts(services: readonly Service[]): readonly Finding[] {
  const all = services.flatMap((service) => service.workload.spec.ports.map((port) => ({ service, port })));
  return all.flatMap(({ service, port }, index) => {
    const owner = all.slice(0, index).find(({ port: other }) => samePort(port, other));
    if (owner === undefined) return [];
    const message =
      `host port ${port.address}:${port.host}/${port.protocol} is taken by ${owner.service.node.path}; ` +
      'publish one of them on another port (`edge` or `expose` of the stack, `logDriver` of a MonitoringStack)';
    return [{ construct: service, message }];
  });
}

/**
 * Returns volumes with the same name. They would be one volume, with the data of both. A kept volume is not a resource,
 * so Terraform would not notice.
 */
function duplicateVolumes(services: readonly Service[]): readonly Finding[] {
  const mounted = services.flatMap((service) => service.workload.volumeMounts.map(({ volume }) => volume));
  const owners = new Map<string, Volume>();
  return [...new Set(mounted)].flatMap((volume) => {
    const duplicate = owners.get(volume.spec.name);
    if (duplicate === undefined) {
      owners.set(volume.spec.name, volume);
      return [];
    }
    const message = `volume name ${quote(volume.spec.name)} is taken by ${duplicate.node.path}; give one of them another \`name\``;
    return [{ construct: volume, message }];
  });
}

/** Returns services on each host that share a volume with one that runs on a single host. */
function scatteredVolumes(services: readonly Service[]): readonly Finding[] {
  return services
    .filter(({ workload }) => workload.spec.onEachHost === true)
    .flatMap((service) => {
      const single = colocated(service.workload, services).find(({ spec }) => spec.onEachHost !== true);
      if (single === undefined) return [];
      const message =
        `runs on each host and shares a volume with ${quote(single.spec.hostname)}, which runs on one; ` +
        'give it a volume of its own, or leave `onEachHost` out';
      return [{ construct: service, message }];
    });
}

function startCycles(services: readonly Service[]): readonly Finding[] {
  const cycle = findStartCycle(services.map((service) => service.workload));
  if (cycle === undefined || cycle[0] === undefined) return [];
  return [{ construct: cycle[0], message: startCycleError(cycle).detail }];
}

/**
 * Returns services with a port that is published nowhere, and whose networks no other service has joined, except jobs
 * of its own.
 */
function unreachable(services: readonly Service[]): readonly Finding[] {
  return services
    .filter((service) => service.listens && service.workload.spec.ports.length === 0)
    .filter((service) => !services.some((other) => other !== service && sharesNetwork(other, service)))
    .map((service) => ({
      construct: service,
      message:
        `nothing can reach ${quote(service.hostname)}: nobody connects or routes to it and no port is published; ` +
        'add a route, a `connectTo`, or an entry in `expose` of the stack, or remove the service',
    }));
}

function sharesNetwork(a: Service, b: Service): boolean {
  if (a.node.scopes.includes(b)) return false;
  return a.workload.networks.some(({ network }) => b.workload.networks.some((other) => other.network === network));
}

/** Returns exposed services without a port: jobs and workers have none, and a proxy is published by `edge`. */
function nothingToExpose({ root, settings, services }: StackContext): readonly Finding[] {
  return Object.entries(settings.expose ?? {}).flatMap(([name, host]) => {
    const service = services.find((one) => one.hostname === name);
    if (service === undefined || service.workload.spec.ports.some((published) => published.host === host)) return [];
    const message = `\`expose\` names ${quote(name)}, which has no port to expose; remove the entry`;
    return [{ construct: root, message }];
  });
}

/**
 * Returns services that cannot have replicas: a job runs once, and an owner of data or a host port cannot run twice.
 */
function unableToReplicate({ root, settings, services }: StackContext): readonly Finding[] {
  return Object.entries(settings.replicas ?? {}).flatMap(([name, count]) => {
    const workload = services.find((one) => one.hostname === name)?.workload;
    const able = workload === undefined || (workload.spec.kind === 'service' && !workload.stopsFirst);
    if (able || count === 1) return [];
    const message = `\`replicas\` names ${quote(name)}, which can run only once; remove the entry`;
    return [{ construct: root, message }];
  });
}

function unknownNames(
  context: StackContext,
  field: string,
  record: Readonly<Record<string, number>> | undefined,
): readonly Finding[] {
  const known = context.services.map((service) => service.hostname);
  return Object.keys(record ?? {})
    .filter((name) => !known.includes(name))
    .map((name) => ({
      construct: context.root,
      message: `\`${field}\` names ${quote(name)}, which is no service of this stack; known are ${known.join(', ')}`,
    }));
}
