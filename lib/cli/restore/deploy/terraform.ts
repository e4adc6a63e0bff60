import { ConfigurationError } from '../../../values';
import { Interruption } from '../../terminal/interruption';
import { deployVariables } from '../../terraform/session';
import { lastError, TerraformLog } from '../../terraform/terraform-log';
import { runTerraform } from '../../terraform/terraform-process';
import { findTerraform } from '../../terraform/terraform-program';
import type { Subject } from '../context';

/** Lines of Terraform's output that show its progress. */
const MILESTONE = /: (?:Creating\.\.\.|Creation complete|Still creating)/;

/** Prepares the stack's folder for Terraform, as a deploy does. */
export async function initialize(subject: Subject): Promise<void> {
  await terraform(subject, ['init', '-input=false', '-no-color']);
}

/**
 * Runs Terraform in the stack's folder, for less than a deploy.
 *
 * @returns its output
 * @throws ConfigurationError with its last error when it fails
 */
export async function terraform({ session, variables, stack }: Subject, args: readonly string[]): Promise<string> {
  const program = findTerraform(variables)?.command;
  if (program === undefined) throw new ConfigurationError(undefined, 'no Terraform or OpenTofu runs; install one');
  const log = new TerraformLog((line) => {
    if (MILESTONE.test(line)) session.print(`  ${line.trim()}`);
  });
  const interruption = new Interruption(session.warn);
  try {
    const run = { program, args, directory: stack.directory, variables: deployVariables(session, variables) };
    const { code, signal } = await runTerraform({ ...run, take: log.add }, interruption);
    log.end();
    if (code === 0) return log.text;
    const end = signal === undefined ? `exit code ${code}` : `ended by ${signal}`;
    throw new ConfigurationError(undefined, `${program} ${args[0]}: ${lastError(log.text) || end}`);
  } finally {
    interruption.end();
  }
}

/**
 * Makes Terraform forget a volume that the stack will no longer have. The document's `removed` block would do it, but
 * not in one apply with the replacement of the containers that mount it: Terraform finds a cycle in that.
 */
export async function forgetVolume(subject: Subject, declared: string): Promise<void> {
  const { document, name } = subject.stack;
  const id = declared.slice(name.length + 1);
  if (document.resource?.docker_volume?.[id] === undefined) return;
  const known = await knownAddresses(subject);
  const address = `docker_volume.${id}`;
  if (known.split('\n').includes(address)) await terraform(subject, ['state', 'rm', address]);
}

/** Returns the addresses in the state. A folder that was deployed from before need not be prepared again. */
async function knownAddresses(subject: Subject): Promise<string> {
  try {
    return await terraform(subject, ['state', 'list']);
  } catch {
    await initialize(subject);
    return terraform(subject, ['state', 'list']);
  }
}
