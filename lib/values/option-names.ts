import { ConfigurationError } from './configuration-error';
import type { HasPath } from './configuration-error';
import { quote } from './quote';

/** Shorter names are alike by chance. */
const LEAST_LENGTH = 4;
/** Longer names may have two letters wrong. */
const LONG = 6;

/**
 * Refuses a name that is nearly that of an option which was not stated, and would change nothing. Names that are like
 * no option belong to classes that extend a construct and hand on their own props.
 *
 * @throws ConfigurationError with the name that is meant
 */
export function assertOptionNames(where: HasPath | undefined, given: object, known: object): void {
  const stated = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  const open = Object.keys(known).filter((name) => !stated.includes(name));
  for (const name of stated.filter((one) => !Object.hasOwn(known, one))) {
    const meant = open.find((option) => isNearly(name, option));
    if (meant === undefined) continue;
    throw new ConfigurationError(where, `${quote(name)} is not an option; write \`${meant}\``);
  }
}

function isNearly(name: string, option: string): boolean {
  const [one, other] = [plain(name), plain(option)];
  if (one === other) return true;
  if (Math.min(one.length, other.length) < LEAST_LENGTH) return false;
  return isWithin(other.length < LONG ? 1 : 2, one, other);
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '');
}

/** Whether so many letters to change, add or remove make one of the other; two that changed places count once. */
function isWithin(steps: number, one: string, other: string): boolean {
  if (one === other) return true;
  const [head, rest] = [one[0], one.slice(1)];
  const [otherHead, otherRest] = [other[0], other.slice(1)];
  if (head !== undefined && head === otherHead) return isWithin(steps, rest, otherRest);
  if (steps === 0) return false;
  const others = [
    [rest, other],
    [one, otherRest],
    [rest, otherRest],
  ] as const;
  const isSwapped = head !== undefined && head === otherRest[0] && otherHead === rest[0];
  return (
    others.some(([left, right]) => isWithin(steps - 1, left, right)) ||
    (isSwapped && isWithin(steps - 1, rest.slice(1), otherRest.slice(1)))
  );
}
