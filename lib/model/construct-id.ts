import type { IConstruct } from 'constructs';
import { ConfigurationError, quoted } from '../values';

/**
 * Returns the id of a construct. The framework keeps ids as names of properties, so a name that every object of
 * JavaScript has would look taken.
 *
 * @throws ConfigurationError for such a name
 */
export function constructId(scope: IConstruct, id: string): string {
  if (!(id in {})) return id;
  throw new ConfigurationError(
    scope,
    `construct id must not be the name of a property of every object, got ${quoted(id)}`,
  );
}
