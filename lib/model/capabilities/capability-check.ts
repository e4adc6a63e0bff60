import type { IConstruct } from 'constructs';
import { ConfigurationError, quote } from '../../values';
import type { HasPath } from '../../values';

/** Value that an untyped program may pass where a capability is expected. */
type Given = Partial<IConstruct> | null | undefined;

/**
 * Refuses a value without the one method of a capability.
 * @param use where it was passed: '`connectTo`'
 * @param able constructs with the capability, for the advice
 */
export function assertCapable<Capability>(
  where: HasPath,
  target: Capability,
  method: keyof Capability & string,
  use: string,
  able: string,
): void {
  const given = target as Given & Partial<Capability>;
  if (typeof given?.[method] === 'function') return;
  throw new ConfigurationError(where, `${use} needs ${able}, got ${described(given)}, which has no \`${method}\``);
}

function described(given: Given): string {
  const path = given?.node?.path;
  return path === undefined ? (given === null ? 'null' : typeof given) : quote(path);
}
