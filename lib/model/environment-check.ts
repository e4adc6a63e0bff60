import { assertDomain, ConfigurationError, port, quoted } from '../values';
import type { Located } from '../values';
import { assertLabels } from './workload-checks';
import type { Environment } from './environment';
import { isHostAddress } from './host-address';

/** Refuses facts that cannot be true of any host, before the constructs build on them. */
export function assertEnvironment(where: Located, { domain, edge, expose, labels }: Environment): void {
  assertLabels(where, labels ?? {});
  if (domain !== undefined) assertDomain(where, 'environment domain', domain);
  for (const number of [edge?.http, edge?.https, ...Object.values(expose ?? {})]) {
    if (number !== undefined) port(number, where);
  }
  assertAddress(where, edge?.address);
}

function assertAddress(where: Located, address: string | undefined): void {
  if (address === undefined || isHostAddress(address)) return;
  throw new ConfigurationError(
    where,
    `\`edge.address\` must be "*" for all addresses, or an IP address of the host such as "127.0.0.1", got ${quoted(address)}`,
  );
}
