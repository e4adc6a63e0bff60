import { ConfigurationError } from '../../values';
import type { Located } from '../../values';

/**
 * Runs a function that knows no constructs, and adds the construct to the errors it throws. An error that already has a
 * place keeps it.
 */
export function located<T>(where: Located, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!ConfigurationError.isConfigurationError(error) || error.message !== error.detail) throw error;
    throw new ConfigurationError(where, error.detail);
  }
}

/** Returns the place where a construct will be, for errors found before it exists. */
export function placeBelow(scope: Located, id: string): Located {
  return { node: { path: `${scope.node.path}/${id}` } };
}
