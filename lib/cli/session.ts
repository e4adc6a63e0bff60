import { builderVariables } from './builder-variables';
import { childEnvironment, ProcessEnvironment } from './child-environment';
import { engineAddress, engineVariables } from './engine-address';
import type { EngineAddress, Surroundings } from './engine-address';
import { withPluginCache } from './provider-check';
import type { SynthesizedStack } from './synthesized-stack';

/** What a command knows of the program around it. */
export interface Session extends Surroundings {
  /** Folder that the command was called in. */
  readonly directory: string;
  /** True when the user can be asked a question. */
  readonly isTerminal: boolean;
  /** True where Terraform's colours can be seen. */
  readonly hasColours: boolean;
  /** How the user calls a command, as in 'npm run secrets --' or 'npx docker-constructs secrets'. */
  readonly call: (command: string) => string;
  /** Asks in the terminal. Returns '' when the user leaves, or when the signal is aborted. */
  readonly ask: (question: string, signal: AbortSignal) => Promise<string>;
  /** Takes a line for the standard output. */
  readonly print: (line: string) => void;
  /** Takes a line for the standard error. */
  readonly warn: (line: string) => void;
}

/** Variables for the programs that a command starts. Says what of the user's own is ignored. */
export function variablesOf(session: Session): ProcessEnvironment {
  const { variables, notes } = childEnvironment(session.environment);
  notes.forEach(session.warn);
  return variables;
}

/** The engine of a stack, or the one that stacks without an opinion get. */
export function engineOf(session: Session, stack?: SynthesizedStack): EngineAddress {
  return engineAddress(stack, session);
}

/** Variables for Terraform: they name the engine, and a cache of providers. */
export function deployVariables(session: Session, variables: ProcessEnvironment): ProcessEnvironment {
  const address = engineOf(session);
  return withPluginCache({ ...builderVariables(address, session), ...variables, ...engineVariables(address) });
}
