import { existsSync } from 'node:fs';

/** Environment variables of a process. */
export type ProcessEnvironment = Readonly<Record<string, string | undefined>>;

/** Environment of the programs that a command starts, and notes for the user about its changes. */
export interface ChildEnvironment {
  readonly variables: ProcessEnvironment;
  readonly notes: readonly string[];
}

/**
 * Returns the environment without harmful variables: the name of a missing Terraform configuration file (each command
 * of Terraform would complain), and variables that turn on reports for the makers of Terraform.
 */
export function childEnvironment(environment: ProcessEnvironment): ChildEnvironment {
  const { TF_CLI_CONFIG_FILE: file, ...others } = environment;
  const rest = { CHECKPOINT_DISABLE: '1', ...others };
  if (file === undefined || file === '') return { variables: rest, notes: [] };
  if (existsSync(file)) return { variables: { ...rest, TF_CLI_CONFIG_FILE: file }, notes: [] };
  return { variables: rest, notes: [`TF_CLI_CONFIG_FILE names ${JSON.stringify(file)}, which is not there: ignored.`] };
}
