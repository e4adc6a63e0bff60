import { ConfigurationError, quote } from '../../values';
import type { EngineWorkload } from './workload';
import { SHORT } from '../shared/terraform-text';

/** Longest name between two dots in DNS. */
const LONGEST_LABEL = 63;

/** Refuses a host name that ends as the gate names containers that failed. */
export function assertUnreserved(workload: EngineWorkload): void {
  const { hostname } = workload.spec;
  if (!hostname.endsWith('-failed')) return;
  throw new ConfigurationError(
    workload,
    `host name ${quote(hostname)} ends as the names of containers that failed do; choose another name`,
  );
}

/** Refuses a container name that is too long: a proxy looks it up, and a DNS label has a limit. */
export function assertResolvable(workload: EngineWorkload): void {
  const { hostname, replicas } = workload.spec;
  const longest = `${workload.key}-${replicas}-`.length + SHORT;
  if (longest <= LONGEST_LABEL) return;
  throw new ConfigurationError(
    workload,
    `containers of ${quote(hostname)} have names of up to ${longest} characters, and DNS allows ${LONGEST_LABEL}; ` +
      'choose a shorter `hostname` or `system`',
  );
}
