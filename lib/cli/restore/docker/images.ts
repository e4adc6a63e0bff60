import { ConfigurationError, quote } from '../../../values';
import type { SynthesizedStack, TerraformDocument } from '../../project/synthesized-stack';
import type { Subject } from '../context';
import { initialize, terraform } from '../deploy/terraform';

/** An image of the stack. */
export interface ImageResource {
  /** Address in Terraform, as in 'docker_image.image-db-ab12cd'. */
  readonly address: string;
  /** Name on the engine. */
  readonly name: string;
}

/**
 * Returns the image of a service by its name on the engine. If the engine does not have it, as on a new host, Terraform
 * gets this image and nothing else of the stack.
 */
export async function imageOf(subject: Subject, hostname: string): Promise<string> {
  const { address, name } = imageResource(subject.stack, hostname);
  if (await subject.docker.has('image', name)) return name;
  subject.session.print(`Bringing image ${name} to the engine …`);
  await initialize(subject);
  await terraform(subject, ['apply', '-input=false', '-no-color', '-auto-approve', `-target=${address}`]);
  return name;
}

/** Returns address and name of the image of a container in the document. */
export function imageResource({ name: stack, document }: SynthesizedStack, hostname: string): ImageResource {
  const text = textOf(document, 'docker_container', hostname, 'image');
  const id = /^\$\{docker_image\.(.+)\.image_id\}$/.exec(text)?.[1] ?? '';
  const name = textOf(document, 'docker_image', id, 'name');
  if (name !== '') return { address: `docker_image.${id}`, name };
  throw new ConfigurationError(
    undefined,
    `the document of ${quote(stack)} says no image for ${quote(hostname)}; synthesize it again`,
  );
}

function textOf(document: TerraformDocument, type: string, id: string, key: string): string {
  const resource = document.resource?.[type]?.[id] as Readonly<Record<string, unknown>> | undefined;
  const text = resource?.[key];
  return typeof text === 'string' ? text : '';
}
