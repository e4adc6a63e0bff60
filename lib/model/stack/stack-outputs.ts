import { TerraformOutput } from 'cdktf';
import type { TerraformStack } from 'cdktf';
import type { StackContext } from './stack-context';

/**
 * Adds the outputs that a deploy prints: the addresses of the system, and the names of its data volumes on the host.
 */
export function addOutputs(stack: TerraformStack, { urls, services }: StackContext): void {
  const mounts = services.flatMap(({ workload }) => workload.volumeMounts);
  const data = mounts.filter(({ volume }) => volume.spec.data).map(({ volume }) => volume.spec.name);
  addList(stack, 'urls', urls);
  addList(stack, 'volumes', [...new Set(data)].sort());
}

function addList(stack: TerraformStack, name: string, value: readonly string[]): void {
  if (value.length > 0) new TerraformOutput(stack, `Output-${name}`, { value }).overrideLogicalId(name);
}
