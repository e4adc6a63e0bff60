import { isIP, isIPv4 } from 'node:net';
import { ConfigurationError, type HasPath } from './configuration-error';
import { quote } from './quote';

const EXPECTED = 'an IP address or network such as "10.0.0.0/8" or "2001:db8::/32"';

/**
 * Accepts an IPv4 or IPv6 address, or a network in CIDR form.
 *
 * @returns the text in its one canonical spelling (`2001:DB8:0::/32` → `2001:db8::/32`)
 * @throws ConfigurationError for anything else, and for a network whose address has bits beyond its prefix, because
 * `10.1.2.3/8` may mean the host as well as the network
 */
export function assertCidr(where: HasPath | undefined, text: string): string {
  const match = typeof text === 'string' ? /^([0-9a-fA-F.:]+)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text) : null;
  const [, address = '', prefix] = match ?? [];
  const bits = isIP(address) === 4 ? 32 : 128;
  if (!isIP(address) || Number(prefix ?? 0) > bits) {
    throw new ConfigurationError(where, `expected ${EXPECTED}, got ${quote(text)}`);
  }
  const canonical = canonicalAddress(address);
  if (prefix === undefined) return canonical;
  if (hasHostBits(toBits(canonical), bits - Number(prefix))) {
    throw new ConfigurationError(
      where,
      `network ${quote(text)} has address bits beyond its prefix; write ${quote(`${canonical}/${bits}`)} for the ` +
        'one address, or set the bits after the prefix to zero',
    );
  }
  return `${canonical}/${prefix}`;
}

function canonicalAddress(address: string): string {
  return isIPv4(address) ? address : new URL(`http://[${address}]/`).hostname.slice(1, -1);
}

function hasHostBits(address: bigint, hostBits: number): boolean {
  return (address & ((1n << BigInt(hostBits)) - 1n)) !== 0n;
}

function toBits(canonical: string): bigint {
  if (isIPv4(canonical)) return join(canonical.split('.').map(Number), 8n);
  const [head = '', tail = ''] = canonical.split('::');
  const [front, back] = [hextets(head), hextets(tail)];
  return join([...front, ...new Array<number>(8 - front.length - back.length).fill(0), ...back], 16n);
}

function hextets(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => parseInt(group, 16));
}

function join(groups: readonly number[], width: bigint): bigint {
  return groups.reduce((sum, group) => (sum << width) | BigInt(group), 0n);
}
