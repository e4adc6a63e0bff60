import { ConfigurationError } from '../../lib';
import type { EnvironmentStack } from '../../lib';
import { synth, testStack } from './stacks';
import type { Place } from './stacks';

/** A program with a mistake in it. */
export type Build = (stack: EnvironmentStack) => unknown;

/** What the mistake is reported as, whether at once or when the stack is synthesized. */
export function refusal(build: Build, environment: Partial<Place> = {}): string {
  try {
    const stack = testStack(environment);
    build(stack);
    synth(stack);
  } catch (error) {
    if (!ConfigurationError.isConfigurationError(error)) throw error;
    return error.message;
  }
  return 'nothing was refused';
}
