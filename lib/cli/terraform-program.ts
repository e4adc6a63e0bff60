import { spawnSync } from 'node:child_process';
import type { ProcessEnvironment } from './child-environment';

/** A Terraform or OpenTofu that runs on this machine. */
export interface TerraformProgram {
  /** As it is called: 'terraform', 'tofu', or what TERRAFORM_BINARY_NAME says. */
  readonly command: string;
  readonly product: 'Terraform' | 'OpenTofu';
  /** As in '1.11.4'. */
  readonly version: string;
}

/**
 * Returns the program that applies: what TERRAFORM_BINARY_NAME says, else `terraform`, else `tofu`. Undefined when it is
 * not there or does not say its version.
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
 * Whether a version is as new as a constraint of the form `>= 1.7.0` asks for. Any other constraint is left to
 * Terraform to judge.
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
