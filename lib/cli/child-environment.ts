import { existsSync } from 'node:fs';

/** Environment variables of a process. */
export type ProcessEnvironment = Readonly<Record<string, string | undefined>>;

/** What the programs that a command starts are given, and what was changed about it that the user should know. */
export interface ChildEnvironment {
  readonly variables: ProcessEnvironment;
  readonly notes: readonly string[];
}

/**
 * The environment without what would only get in the way: the name of a Terraform configuration file that is not
 * there (Terraform complains about it in each command), and reports of use to the makers of Terraform.
 */
export function childEnvironment(environment: ProcessEnvironment): ChildEnvironment {
  const { TF_CLI_CONFIG_FILE: file, ...others } = environment;
  const rest = { CHECKPOINT_DISABLE: '1', ...others };
  if (file === undefined || file === '') return { variables: rest, notes: [] };
  if (existsSync(file)) return { variables: { ...rest, TF_CLI_CONFIG_FILE: file }, notes: [] };
  return { variables: rest, notes: [`TF_CLI_CONFIG_FILE names ${JSON.stringify(file)}, which is not there: ignored.`] };
}
