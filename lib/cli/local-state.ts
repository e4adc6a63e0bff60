import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ListedContainer } from './host-ports';
import { belongsTo } from './host-ports';
import type { SynthesizedStack } from './synthesized-stack';

/**
 * The state file of a stack when it knows of nothing although the stack runs on the engine: it was deployed from
 * another checkout, and Terraform would fail over names that are taken. Undefined when all is well, and for backends
 * that are no local file.
 */
export function lostState(stack: SynthesizedStack, containers: readonly ListedContainer[]): string | undefined {
  const stated = stack.document.terraform?.backend?.local?.path;
  if (stated === undefined || !containers.some((container) => belongsTo(container, stack.name))) return undefined;
  const file = resolve(stack.directory, stated);
  return knowsResources(file) ? undefined : file;
}

function knowsResources(file: string): boolean {
  if (!existsSync(file)) return false;
  return /"resources":\s*\[\s*\{/.test(readFileSync(file, 'utf8'));
}
