import { chmodSync, existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { SynthesizedStack } from '../project/synthesized-stack';

/** Mode with access for the user alone; Terraform itself would make files that all users can read. */
const PRIVATE = 0o600;
const PRIVATE_MASK = 0o077;

/**
 * Runs a function that writes the local states of stacks, so that no other user can read them. New files are protected
 * by the mask of this process, which Terraform inherits, and those of earlier deploys by their mode.
 */
export async function withPrivateState<T>(
  stacks: readonly Pick<SynthesizedStack, 'directory' | 'document'>[],
  run: () => Promise<T>,
): Promise<T> {
  stacks.flatMap(stateFiles).forEach((file) => chmodSync(file, PRIVATE));
  const before = process.umask(PRIVATE_MASK);
  try {
    return await run();
  } finally {
    process.umask(before);
  }
}

function stateFiles({ directory, document }: Pick<SynthesizedStack, 'directory' | 'document'>): readonly string[] {
  const path = document.terraform?.backend?.local?.path;
  if (path === undefined) return [];
  const file = resolve(directory, path);
  return [file, `${file}.backup`].filter((one) => existsSync(one));
}
