import type { IConstruct } from 'constructs';
import { ConfigurationError, quote } from '../../values';

/**
 * Returns the id of a construct. The framework keeps ids as names of properties, so a name that every object of
 * JavaScript has would look taken.
 *
 * @throws ConfigurationError for such a name, and for an id that is not a string or empty
 */
export function constructId(scope: IConstruct, id: string): string {
  if (typeof id !== 'string' || id === '') {
    throw new ConfigurationError(scope, `construct id must be a string that is not empty, got ${quote(id)}`);
  }
  if (!(id in {})) return id;
  throw new ConfigurationError(
    scope,
    `construct id must not be the name of a property of every object, got ${quote(id)}`,
  );
}
