/** Something that a deploy needs from the machine it runs on, and how it stands. */
export interface Requirement {
  readonly name: string;
  /** `unknown`: could not be looked at, because another one is missing. */
  readonly state: 'found' | 'missing' | 'unknown';
  /** What was found, or what is wrong. One line. */
  readonly detail: string;
  /** How to get what is missing. */
  readonly remedy?: string;
}

/** The requirements that stand in the way. */
export function unmet(requirements: readonly Requirement[]): readonly Requirement[] {
  return requirements.filter(({ state }) => state !== 'found');
}
