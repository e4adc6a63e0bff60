import type { IConstruct } from 'constructs';
import { assertHostname, ConfigurationError, quoted } from '../values';

/**
 * `<system>-<environment>`: id of the stack and first part of container, network and volume names. Checked before the
 * stack is made, because the framework's own refusal of an id names neither the value nor a way out.
 */
export function stackNameOf(scope: IConstruct, system: string, environment: string): string {
  assertHostname(scope, 'system name', system);
  assertHostname(scope, 'environment name', environment);
  const name = `${system}-${environment}`;
  if (scope.node.tryFindChild(name) === undefined) return name;
  throw new ConfigurationError(
    scope,
    `there is a stack ${quoted(name)} already; give the environment another \`name\`, or the stack another \`system\``,
  );
}
