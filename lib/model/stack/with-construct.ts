import { ConfigurationError, pathOf } from '../../values';
import type { HasPath } from '../../values';

/**
 * Runs a function that knows no constructs, and adds the construct to the errors it throws. An error that already has a
 * place keeps it.
 */
export function withConstruct<T>(where: HasPath, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!ConfigurationError.isConfigurationError(error) || error.message !== error.detail) throw error;
    throw new ConfigurationError(where, error.detail);
  }
}

/** Returns the place where a construct will be, for errors found before it exists. */
export function childPath(scope: HasPath, id: string): HasPath {
  return { node: { path: `${pathOf(scope)}/${id}` } };
}
