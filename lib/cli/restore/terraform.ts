import { spawn } from 'node:child_process';
import { ConfigurationError } from '../../values';
import { withPluginCache } from '../provider-check';
import { deployVariables } from '../session';
import { lastError } from '../terraform-log';
import { findTerraform } from '../terraform-program';
import type { Subject } from './subject';

/** Lines of Terraform's output that tell how far it is. */
const MILESTONE = /: (?:Creating\.\.\.|Creation complete|Still creating)/;

/** Makes the stack's folder ready for Terraform, as a deploy does. */
export async function initialize(subject: Subject): Promise<void> {
  await terraform(subject, ['init', '-input=false', '-no-color']);
}

/**
 * Runs Terraform in the stack's folder, for what cdktf has no command for.
 *
 * @returns what it prints
 * @throws ConfigurationError with its last error when it fails
 */
export async function terraform({ session, variables, stack }: Subject, words: readonly string[]): Promise<string> {
  const env = withPluginCache(deployVariables(session, variables));
  const program = findTerraform(variables)?.command;
  if (program === undefined) throw new ConfigurationError(undefined, 'no Terraform or OpenTofu runs; install one');
  let output = '';
  const take = (chunk: string): void => {
    output += chunk;
    for (const line of chunk.split('\n')) if (MILESTONE.test(line)) session.print(`  ${line.trim()}`);
  };
  const status = await new Promise<number>((resolve, reject) => {
    const child = spawn(program, words, { cwd: stack.directory, env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', take);
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
  if (status === 0) return output;
  throw new ConfigurationError(undefined, `${program} ${words[0]}: ${lastError(output) || `exit code ${status}`}`);
}

/**
 * Makes Terraform forget a volume that the stack will not have any more. The document's `removed` block would do it, but
 * not in one apply with the replacement of what mounts it: Terraform finds a cycle in that.
 */
export async function forgetVolume(subject: Subject, declared: string): Promise<void> {
  const { document, name } = subject.stack;
  const id = declared.slice(name.length + 1);
  if (document.resource?.docker_volume?.[id] === undefined) return;
  const known = await knownAddresses(subject);
  const address = `docker_volume.${id}`;
  if (known.split('\n').includes(address)) await terraform(subject, ['state', 'rm', address]);
}

/** A folder that was deployed from before need not be made ready again. */
async function knownAddresses(subject: Subject): Promise<string> {
  try {
    return await terraform(subject, ['state', 'list']);
  } catch {
    await initialize(subject);
    return terraform(subject, ['state', 'list']);
  }
}
