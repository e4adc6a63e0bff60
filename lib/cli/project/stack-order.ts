import { ConfigurationError } from '../../values';
import type { SynthesizedStack } from './synthesized-stack';

/** Commands that apply stacks. */
export type ApplyCommand = 'deploy' | 'destroy';

/**
 * Returns stacks in the order in which they are applied: after their dependencies, and destroyed before them.
 * Independent stacks keep their order.
 *
 * @throws ConfigurationError when dependencies form a circle
 */
export function inOrder(command: ApplyCommand, stacks: readonly SynthesizedStack[]): readonly SynthesizedStack[] {
  const sorted: SynthesizedStack[] = [];
  const waiting = [...stacks];
  while (waiting.length > 0) {
    const next = waiting.findIndex(
      (stack) => !waiting.some((other) => other !== stack && comesFirst(command, other, stack)),
    );
    if (next < 0) throw circle(waiting);
    sorted.push(...waiting.splice(next, 1));
  }
  return sorted;
}

/**
 * Refuses stacks without their dependencies, and the removal of a stack without those that depend on it.
 *
 * @throws ConfigurationError that names the others
 */
export function refuseMissingDependencies(
  command: ApplyCommand,
  stacks: readonly SynthesizedStack[],
  all: readonly SynthesizedStack[],
): void {
  const others = all.filter((other) => !stacks.includes(other));
  const missing = others.filter((other) => stacks.some((stack) => comesFirst(command, other, stack)));
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name).join(', ');
  const reason = command === 'deploy' ? `depends on ${names}` : `is needed by ${names}`;
  throw new ConfigurationError(
    undefined,
    `${stacks.map(({ name }) => name).join(', ')} ${reason}; name them too, or add --ignore-missing-stack-dependencies`,
  );
}

function comesFirst(command: ApplyCommand, other: SynthesizedStack, stack: SynthesizedStack): boolean {
  return command === 'deploy' ? stack.dependencies.includes(other.name) : other.dependencies.includes(stack.name);
}

function circle(stacks: readonly SynthesizedStack[]): ConfigurationError {
  const names = stacks.map(({ name }) => name).join(', ');
  return new ConfigurationError(undefined, `the stacks ${names} depend on each other; remove one dependency`);
}
