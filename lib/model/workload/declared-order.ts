import type { IConstruct } from 'constructs';
import { ConfigurationError, quote } from '../../values';
import type { Service } from './service';
import type { StackContext } from '../stack/stack-context';

/**
 * Makes `a.node.addDependency(b)` the start order: all services at and below `a` start after all those at and below
 * `b`.
 * @throws ConfigurationError for a dependency in which nothing starts
 */
export function followDependencies({ root, services }: StackContext): void {
  for (const construct of root.node.findAll()) {
    for (const dependency of construct.node.dependencies) startAfter(construct, dependency, services);
  }
}

function startAfter(construct: IConstruct, dependency: IConstruct, services: readonly Service[]): void {
  const before = servicesAt(dependency, services);
  const after = servicesAt(construct, services);
  if (before.length === 0 || after.length === 0) {
    const stranger = before.length === 0 ? dependency : construct;
    throw new ConfigurationError(
      construct,
      `depends on ${quote(dependency.node.path)} by \`node.addDependency\`, which means start order, and there is no service ` +
        `of this stack in ${quote(stranger.node.path)}; name services, or leave it out`,
    );
  }
  // A service below both would wait for itself.
  const waiting = after.filter((service) => !before.includes(service));
  for (const service of waiting) service.workload.startAfter(...before.map(({ workload }) => workload));
}

/** Returns the services at or below a construct, or the one above a workload. */
function servicesAt(construct: IConstruct, services: readonly Service[]): readonly Service[] {
  return services.filter((service) => service.node.scopes.includes(construct) || service.workload === construct);
}
