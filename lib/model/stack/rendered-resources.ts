import type { RenderedResource, TerraformValue } from './policy';

type Block = { readonly [key: string]: TerraformValue };

interface Document {
  readonly resource?: { readonly [type: string]: { readonly [id: string]: Block } };
}

/** Returns the resources of a document exactly as Terraform gets them. */
export function renderedResources(document: unknown): readonly RenderedResource[] {
  const { resource } = document as Document;
  return Object.entries(resource ?? {}).flatMap(([type, blocks]) =>
    Object.entries(blocks).map(([id, attributes]) => ({
      type,
      id,
      path: pathOf(attributes, `${type}.${id}`),
      attributes,
    })),
  );
}

function pathOf(block: Block, fallback: string): string {
  const metadata = (block['//'] as { readonly metadata?: { readonly path?: string } } | undefined)?.metadata;
  return metadata?.path ?? fallback;
}
