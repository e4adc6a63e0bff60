/** The oldest Node that this package runs on; `engines` of package.json says the same. */
export const LEAST_NODE = '20.9.0';

/**
 * Returns true if a version such as '18.19.1' is too old. An old Node must be able to read this file, so it imports
 * nothing.
 */
export function isOldNode(version: string): boolean {
  const [have, want] = [numbers(version), numbers(LEAST_NODE)];
  const place = want.findIndex((part, index) => part !== have[index]);
  return place >= 0 && Number(have[place]) < Number(want[place]);
}

function numbers(version: string): readonly number[] {
  return version.split('.').map(Number);
}
