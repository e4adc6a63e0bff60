import type { Block, Document } from './stacks';

const ADDRESS = /\b(terraform_data|docker_[a-z]+)\.([A-Za-z0-9_-]+)\.[a-z_]+/g;
/** What the provider or Terraform changes without replacing the container. */
const IN_PLACE = ['depends_on', 'provisioner', 'lifecycle', '//'];

/** Addresses that a value refers to, sorted, each once. */
export function references(value: unknown): readonly string[] {
  const found = [...JSON.stringify(value ?? null).matchAll(ADDRESS)].map(([, type, id]) => `${type}.${id}`);
  return [...new Set(found)].sort();
}

/**
 * What a container refers to that may be replaced without a new revision of it. A revision is what a handover and
 * new volumes are for, so all of it has to be in the labels or a trigger of the claim there.
 */
export function unclaimedReferences(document: Document): readonly string[] {
  const { docker_container: containers = {} } = document.resource;
  return Object.entries(containers).flatMap(([id, block]) => {
    const named = references(block.labels);
    const claims = named.filter((address) => address.startsWith('terraform_data.'));
    const claimed = [...named, ...claims.flatMap((address) => references(lookUp(document, address)))];
    return references(withoutInPlace(block))
      .filter((address) => !claimed.includes(address) && !followsClaim(document, address, claims))
      .map((address) => `${id} -> ${address}`);
  });
}

/** A volume is found again by its name; only the name counts. */
function followsClaim(document: Document, address: string, claims: readonly string[]): boolean {
  if (!address.startsWith('docker_volume.')) return false;
  return references(lookUp(document, address)?.name).every((claim) => claims.includes(claim));
}

function lookUp(document: Document, address: string): Block | undefined {
  const [type = '', id = ''] = address.split('.');
  return document.resource[type]?.[id];
}

function withoutInPlace(block: Block): Block {
  const { ignore_changes: ignored = [] } = (block.lifecycle ?? {}) as { readonly ignore_changes?: readonly string[] };
  return Object.fromEntries(Object.entries(block).filter(([key]) => ![...IN_PLACE, ...ignored].includes(key)));
}
