import { builderVariables } from './builder-variables';
import { childEnvironment, ProcessEnvironment } from './child-environment';
import { engineAddress, engineVariables } from '../engine/engine-address';
import type { EngineAddress, Surroundings } from '../engine/engine-address';
import { withPluginCache } from './provider-check';
import type { SynthesizedStack } from '../project/synthesized-stack';

/** Facts and functions that a command gets from the program around it. */
export interface Session extends Surroundings {
  /** Folder in which the command was called. */
  readonly directory: string;
  /** True if the user can answer a question. */
  readonly isTerminal: boolean;
  /** True if Terraform's colours are visible. */
  readonly hasColours: boolean;
  /** Returns the user's form of a command, as in 'npm run secrets --' or 'npx docker-constructs secrets'. */
  readonly call: (command: string) => string;
  /** Asks in the terminal. Returns '' when the user leaves, or when the signal is aborted. */
  readonly ask: (question: string, signal: AbortSignal) => Promise<string>;
  /** Takes a line for the standard output. */
  readonly print: (line: string) => void;
  /** Takes a line for the standard error. */
  readonly warn: (line: string) => void;
}

/** Returns variables for the programs that a command starts. Warns about the user's variables that it ignores. */
export function variablesOf(session: Session): ProcessEnvironment {
  const { variables, notes } = childEnvironment(session.environment);
  notes.forEach(session.warn);
  return variables;
}

/** Returns the engine of a stack, or the default one for stacks that name none. */
export function engineOf(session: Session, stack?: SynthesizedStack): EngineAddress {
  return engineAddress(stack, session);
}

/** Returns variables for Terraform: they name the engine, and a cache of providers. */
export function deployVariables(session: Session, variables: ProcessEnvironment): ProcessEnvironment {
  const address = engineOf(session);
  return withPluginCache({ ...builderVariables(address, session), ...variables, ...engineVariables(address) });
}
