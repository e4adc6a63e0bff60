import { posix, resolve } from 'node:path';
import { LocalBackend } from 'cdktf';
import type { TerraformStack } from 'cdktf';
import type { EnvironmentStackProps } from './environment-stack-props';

/** Makes the state backend of a stack. Returns the state file if it is on this machine. */
export function addBackend(
  stack: TerraformStack,
  name: string,
  make: EnvironmentStackProps['backend'],
): string | undefined {
  if (make !== undefined) {
    make(stack);
    return undefined;
  }
  const file = `${name}.tfstate`;
  new LocalBackend(stack, { path: posix.join('..', '..', '..', 'state', file) });
  return resolve('state', file);
}
