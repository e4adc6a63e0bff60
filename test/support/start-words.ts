import { container } from './stacks';
import type { Document } from './stacks';

const EXPRESSION = /^\$\{concat\((\[.*?\]), \(docker_container\.([\w-]+)\.entrypoint == null/;

/**
 * Words after the entry point of a wrapped container, as Terraform works them out on an engine. The carrier's image is one
 * without an entry point and a command, unless these are given.
 */
export function startWords(
  document: Document,
  id: string,
  ofImage: { readonly entrypoint?: readonly string[]; readonly command?: readonly string[] } = {},
): readonly string[] {
  const { command } = container(document, id);
  const [, args = '', carrier = ''] = EXPRESSION.exec(String(command)) ?? [];
  if (carrier === '') throw new Error(`not the words of a wrapper: ${JSON.stringify(command)}`);
  const stated = container(document, carrier) as Record<'entrypoint' | 'command', readonly string[] | undefined>;
  // The engine drops the image's command beside a stated entry point.
  const given = stated.command ?? (stated.entrypoint === undefined ? ofImage.command : []) ?? [];
  return [...(JSON.parse(args) as string[]), ...(stated.entrypoint ?? ofImage.entrypoint ?? []), ...given];
}
