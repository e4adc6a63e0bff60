/** A requirement of a deploy on its machine, and its status. */
export interface Requirement {
  readonly name: string;
  /** Status; `unknown`: it could not be checked, because another one is missing. */
  readonly state: 'found' | 'missing' | 'unknown';
  /** The version found, or the problem. One line. */
  readonly detail: string;
  /** Instructions to get a missing requirement. */
  readonly remedy?: string;
}

/** Returns the requirements that are not met. */
export function unmet(requirements: readonly Requirement[]): readonly Requirement[] {
  return requirements.filter(({ state }) => state !== 'found');
}
