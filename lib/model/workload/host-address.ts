import { isIP } from 'node:net';

/** Stands for all addresses of a host, IPv4 and IPv6. */
export const ALL_ADDRESSES = '*';

/** Returns true if a port of the host can be published on that address. */
export function isHostAddress(address: string): boolean {
  return address === ALL_ADDRESSES || isIP(address) !== 0;
}

/** Returns the IP addresses that an address stands for. */
export function ipAddresses(address: string): readonly string[] {
  return address === ALL_ADDRESSES ? ['0.0.0.0', '::'] : [address];
}

/** Returns true if a port on one address is also a port on the other. */
export function overlap(one: string, other: string): boolean {
  return ipAddresses(one).some((a) =>
    ipAddresses(other).some((b) => a === b || (isIP(a) === isIP(b) && (isAny(a) || isAny(b)))),
  );
}

function isAny(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}
