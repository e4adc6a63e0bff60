import type { IConstruct } from 'constructs';
import type { Environment } from './environment';
import { assertHostname, ConfigurationError, quote } from '../../values';

/**
 * Returns `<system>-<environment>`: id of the stack and first part of container, network and volume names. It is
 * checked here, because the framework's own error for an id names neither the value nor a fix.
 */
export function stackNameOf(scope: IConstruct, system: string, environment: Environment): string {
  const { name: stage, platform } = (environment as Partial<Environment> | undefined) ?? {};
  assertHostname(scope, 'system name', system);
  assertHostname(scope, 'environment name', stage ?? '');
  if (typeof platform?.prepare !== 'function') {
    throw new ConfigurationError(
      scope,
      `environment ${quote(stage)} must have a \`platform\`, got ${quote(platform)}; write \`platform: new Engine()\``,
    );
  }
  const name = `${system}-${stage ?? ''}`;
  if (scope.node.tryFindChild(name) === undefined) return name;
  throw new ConfigurationError(
    scope,
    `there is a stack ${quote(name)} already; give the environment another \`name\`, or the stack another \`system\``,
  );
}
