interface ImageBlock {
  readonly name?: string;
  readonly build?: unknown;
}

interface ParsedDocument {
  readonly resource?: { readonly docker_image?: Readonly<Record<string, ImageBlock>> };
}

/** Patterns of content hashes, by their place. */
const HASHES: readonly (readonly [RegExp, string])[] = [
  [/(assets\/\w+\/)[0-9A-Fa-f]{12,64}/g, '$1<hash>'],
  [/("revision": ?)"[0-9a-f]{12}"/g, '$1"<hash>"'],
  [/(jsonencode\(\[\\")[0-9a-f]{12}(?=\\")/g, '$1<hash>'],
];

/**
 * Returns a synthesized stack for a snapshot in a review. Hashes that change with each edit of a built image's source
 * are replaced by `<hash>`; the rest is as Terraform gets it. A changed file or variable still shows where it is
 * written.
 * @param synthesized the result of `Testing.synth(stack, true)`
 */
export function stableDocument(synthesized: string): unknown {
  const { resource = {} } = JSON.parse(synthesized) as ParsedDocument;
  const built = Object.entries(resource.docker_image ?? {}).filter(([, { build }]) => build !== undefined);
  const seen = new Map<string, number>();
  let text = synthesized;
  for (const [id, { name = '' }] of built) {
    text = text.replaceAll(id, numbered(id.replace(/[0-9a-f]{6}$/, ''), seen));
    text = text.replaceAll(name, numbered(name.replace(/[0-9a-f]{12}$/, ''), seen));
  }
  return JSON.parse(HASHES.reduce((all, [pattern, replacement]) => all.replace(pattern, replacement), text)) as unknown;
}

/** Numbers the builds of folders with the same name, so that they stay distinct. */
function numbered(front: string, seen: Map<string, number>): string {
  const count = (seen.get(front) ?? 0) + 1;
  seen.set(front, count);
  return count === 1 ? `${front}<hash>` : `${front}<hash ${count}>`;
}
