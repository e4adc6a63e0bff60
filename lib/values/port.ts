import { ConfigurationError, type HasPath } from './configuration-error';
import { quote } from './quote';

/** Returns the number itself if it is a port, 1 to 65535. */
export function port(value: number, where?: HasPath): number {
  if (!Number.isInteger(value) || value < 1 || value > 65_535) {
    throw new ConfigurationError(where, `a port must be a whole number between 1 and 65535, got ${quote(value)}`);
  }
  return value;
}
