import { ConfigurationError, quoted } from '../../values';
import type { SynthesizedStack, TerraformDocument } from '../synthesized-stack';
import type { Subject } from './subject';
import { initialize, terraform } from './terraform';

/** An image of the stack. */
export interface ImageResource {
  /** In Terraform, as in 'docker_image.image-db-ab12cd'. */
  readonly address: string;
  /** On the engine. */
  readonly name: string;
}

/**
 * The image of a service as the engine knows it. Where the engine has it not, as on a new host, Terraform brings this
 * image, and nothing else of the stack.
 */
export async function imageOf(subject: Subject, hostname: string): Promise<string> {
  const { address, name } = imageResource(subject.stack, hostname);
  if (await subject.docker.has('image', name)) return name;
  subject.session.print(`Bringing image ${name} to the engine …`);
  await initialize(subject);
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
