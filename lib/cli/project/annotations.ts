import type { Session } from '../terraform/session';
import type { Annotation, SynthesizedStack } from './synthesized-stack';

/** Words for the levels of cdktf. An error ends the program before it writes one. */
const LEVELS: Readonly<Record<string, string>> = {
  '@cdktf/info': 'INFO',
  '@cdktf/warn': 'WARNING',
  '@cdktf/error': 'ERROR',
};

/** Prints the messages of the constructs of stacks. */
export function printAnnotations(stacks: readonly SynthesizedStack[], session: Session): void {
  for (const annotation of stacks.flatMap(({ annotations }) => annotations)) session.print(describe(annotation));
}

function describe({ level, constructPath, message }: Annotation): string {
  return `${LEVELS[level] ?? level} [${constructPath}]: ${message}`;
}
