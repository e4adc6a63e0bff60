import { ConfigurationError, type HasPath } from './configuration-error';
import { quote } from './quote';

/**
 * Returns the number itself if it is a part of a whole, from 0 to 1.
 * @param what the option, for the error
 */
export function share(what: string, value: number, where?: HasPath): number {
  if (value >= 0 && value <= 1) return value;
  throw new ConfigurationError(
    where,
    `\`${what}\` must be a part from 0 to 1, got ${quote(value)}; write for example 0.8 for 80 %`,
  );
}
