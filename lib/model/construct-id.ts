import type { IConstruct } from 'constructs';
import { ConfigurationError, quoted } from '../values';

/**
 * The id of a construct, which the framework keeps as the name of a property: names that every object of JavaScript has
 * look taken to it.
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
