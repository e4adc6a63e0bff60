import { spawnSync } from 'node:child_process';
import type { ProcessEnvironment } from './child-environment';

/** A Terraform or OpenTofu on this machine. */
export interface TerraformProgram {
  /** Command: 'terraform', 'tofu', or the value of TERRAFORM_BINARY_NAME. */
  readonly command: string;
  readonly product: 'Terraform' | 'OpenTofu';
  /** Version, as in '1.11.4'. */
  readonly version: string;
}

/**
 * Returns the program that applies: the value of TERRAFORM_BINARY_NAME, else `terraform`, else `tofu`. Returns
 * undefined if it is missing or does not print its version.
 */
export function findTerraform(environment: ProcessEnvironment): TerraformProgram | undefined {
  const stated = environment.TERRAFORM_BINARY_NAME;
  for (const command of stated ? [stated] : ['terraform', 'tofu']) {
    const found = identify(command, environment);
    if (found !== undefined) return found;
  }
  return undefined;
}

function identify(command: string, env: ProcessEnvironment): TerraformProgram | undefined {
  const { status, stdout } = spawnSync(command, ['version'], { env, encoding: 'utf8', timeout: 20_000 });
  const [, product, version] = (status === 0 && /^(Terraform|OpenTofu) v(\d\S*)/m.exec(stdout)) || [];
  if (version === undefined) return undefined;
  return { command, product: product === 'OpenTofu' ? product : 'Terraform', version };
}

/**
 * Returns true if a version satisfies a constraint of the form `>= 1.7.0`. Terraform itself checks any other
 * constraint.
 */
export function isNewEnough(version: string, constraint: string | undefined): boolean {
  const least = /^>=\s*(\d+(?:\.\d+)*)$/.exec(constraint ?? '')?.[1];
  if (least === undefined) return true;
  const [have, want] = [numbers(version), numbers(least)];
  const place = want.findIndex((number, index) => number !== (have[index] ?? 0));
  return place < 0 || (have[place] ?? 0) > (want[place] ?? 0);
}

function numbers(version: string): readonly number[] {
  return (version.split(/[-+]/)[0] ?? '').split('.').map(Number);
}
