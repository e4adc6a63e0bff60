import { assertDomain, assertOptions, ConfigurationError, port, quote } from '../../values';
import type { HasPath } from '../../values';
import { assertLabels } from '../workload/workload-checks';
import type { Environment } from './environment';
import { ENVIRONMENT_FIELDS, STACK_OPTIONS } from './option-shapes';
import { isHostAddress } from '../workload/host-address';
import type { SystemSettings } from './system-settings';

/** Facts about one system. They stood in the environment before two systems could share it. */
const SETTINGS: readonly (keyof SystemSettings)[] = ['domain', 'edge', 'expose', 'replicas'];

/** Refuses facts that no host can fulfil, before the constructs build on them. */
export function assertEnvironment(where: HasPath, environment: Environment): void {
  assertLabels(where, environment.labels ?? {});
  const moved = SETTINGS.find((key) => key in environment);
  if (moved === undefined) return assertOptions(where, environment, ENVIRONMENT_FIELDS);
  throw new ConfigurationError(
    where,
    `\`${moved}\` of the environment is a fact about one system; move it to the properties of the EnvironmentStack, beside \`environment\``,
  );
}

/** Refuses settings that no host can fulfil. */
export function assertSettings(where: HasPath, settings: SystemSettings): void {
  assertOptions(where, settings, STACK_OPTIONS);
  const { domain, edge, expose } = settings;
  if (domain !== undefined) assertDomain(where, '`domain`', domain);
  for (const number of [edge?.http, edge?.https, ...Object.values(expose ?? {})]) {
    if (number !== undefined) port(number, where);
  }
  assertAddress(where, edge?.address);
}

function assertAddress(where: HasPath, address: string | undefined): void {
  if (address === undefined || isHostAddress(address)) return;
  throw new ConfigurationError(
    where,
    `\`edge.address\` must be "*" for all addresses, or an IP address of the host such as "127.0.0.1", got ${quote(address)}`,
  );
}
