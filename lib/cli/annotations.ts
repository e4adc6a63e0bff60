import type { Session } from './session';
import type { Annotation, SynthesizedStack } from './synthesized-stack';

/** Words for the levels of cdktf; an error ends the program before it is written. */
const LEVELS: Readonly<Record<string, string>> = {
  '@cdktf/info': 'INFO',
  '@cdktf/warn': 'WARNING',
  '@cdktf/error': 'ERROR',
};

/** Prints what the constructs of stacks have to say. */
export function printAnnotations(stacks: readonly SynthesizedStack[], session: Session): void {
  for (const annotation of stacks.flatMap(({ annotations }) => annotations)) session.print(describe(annotation));
}

function describe({ level, constructPath, message }: Annotation): string {
  return `${LEVELS[level] ?? level} [${constructPath}]: ${message}`;
}
