import { spawn } from 'node:child_process';
import { ConfigurationError, quoted } from '../../values';
import { deployVariables } from '../session';
import type { SynthesizedStack, TerraformDocument } from '../synthesized-stack';
import { lastError } from '../terraform-log';
import { withPluginCache } from '../provider-check';
import { findTerraform } from '../terraform-program';
import type { Subject } from './subject';

/** An image of the stack. */
export interface ImageResource {
  /** In Terraform, as in 'docker_image.image-db-ab12cd'. */
  readonly address: string;
  /** On the engine. */
  readonly name: string;
}

/** Lines of Terraform's output that tell how far it is. */
const MILESTONE = /: (?:Creating\.\.\.|Creation complete|Still creating)/;

/**
 * The image of a service as the engine knows it. Where the engine has it not, as on a new host, Terraform brings this
 * image, and nothing else of the stack.
 */
export async function imageOf(subject: Subject, hostname: string): Promise<string> {
  const { address, name } = imageResource(subject.stack, hostname);
  if (await subject.docker.has('image', name)) return name;
  subject.session.print(`Bringing image ${name} to the engine …`);
  await terraform(subject, ['init', '-input=false', '-no-color']);
  await terraform(subject, ['apply', '-input=false', '-no-color', '-auto-approve', `-target=${address}`]);
  return name;
}

/** Address and name of the image that a container of the document is made from. */
export function imageResource({ name: stack, document }: SynthesizedStack, hostname: string): ImageResource {
  const text = textOf(document, 'docker_container', hostname, 'image');
  const id = /^\$\{docker_image\.(.+)\.image_id\}$/.exec(text)?.[1] ?? '';
  const name = textOf(document, 'docker_image', id, 'name');
  if (name !== '') return { address: `docker_image.${id}`, name };
  throw new ConfigurationError(
    undefined,
    `the document of ${quoted(stack)} says no image for ${quoted(hostname)}; synthesize it again`,
  );
}

function textOf(document: TerraformDocument, type: string, id: string, key: string): string {
  const resource = document.resource?.[type]?.[id] as Readonly<Record<string, unknown>> | undefined;
  const text = resource?.[key];
  return typeof text === 'string' ? text : '';
}

async function terraform({ session, variables, stack }: Subject, words: readonly string[]): Promise<void> {
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
  if (status === 0) return;
  const reason = lastError(output) || `exit code ${status}`;
  throw new ConfigurationError(undefined, `${program} ${words[0]} for an image: ${reason}`);
}
