import type { IConstruct } from 'constructs';
import { ConfigurationError, quoted } from '../values';
import type { Located } from '../values';

/** Something that a program without types may give in place of what has a capability. */
type Given = Partial<IConstruct> | null | undefined;

/**
 * Refuses what does not have the one method of a capability.
 * @param use what it was given to: '`connectTo`'
 * @param able what has the capability, for the advice
 */
export function assertCapable<Capability>(
  where: Located,
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
  return path === undefined ? (given === null ? 'null' : typeof given) : quoted(path);
}
