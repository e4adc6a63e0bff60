import { ConfigurationError } from '../values';
import type { Located } from '../values';

/**
 * Runs something that knows no constructs, so that what it refuses is reported with the place that asked for it. What has a
 * place already keeps it.
 */
export function located<T>(where: Located, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!ConfigurationError.isConfigurationError(error) || error.message !== error.detail) throw error;
    throw new ConfigurationError(where, error.detail);
  }
}

/** Where a construct will stand, for errors found before it does. */
export function placeBelow(scope: Located, id: string): Located {
  return { node: { path: `${scope.node.path}/${id}` } };
}
