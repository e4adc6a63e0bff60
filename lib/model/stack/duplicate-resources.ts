import { TerraformResource } from 'cdktf';
import type { IConstruct } from 'constructs';
import type { Finding } from './policy';

/**
 * Returns resources with the same address, which would become one with the settings of both: `api-2` may be the second
 * container of `api`, or the first of a service with that name.
 */
export function duplicateResources(root: IConstruct): readonly Finding[] {
  const seen = new Map<string, IConstruct>();
  return root.node.findAll().flatMap((construct) => {
    if (!TerraformResource.isTerraformResource(construct)) return [];
    const address = `${construct.terraformResourceType}.${construct.friendlyUniqueId}`;
    const duplicate = seen.get(address);
    if (duplicate === undefined) {
      seen.set(address, construct);
      return [];
    }
    const message = `would be the same resource as ${duplicate.node.path} (${address}); give one of the services another \`hostname\``;
    return [{ construct, message }];
  });
}
