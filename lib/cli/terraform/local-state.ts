import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ListedContainer } from '../engine/host-ports';
import { belongsTo } from '../engine/host-ports';
import type { SynthesizedStack } from '../project/synthesized-stack';

/**
 * Returns the state file of a stack if it is empty although the stack runs on the engine. The stack was deployed from
 * another checkout, and Terraform would fail over names that are taken. Returns undefined otherwise, and for backends
 * other than a local file.
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
