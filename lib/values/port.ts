import { ConfigurationError, type HasPath } from './configuration-error';
import { quote } from './quote';

/** Returns true for the framework's placeholder of a number that Terraform fills in later. */
function isToken(value: number): boolean {
  return typeof value === 'number' && value < -1e280;
}

/** Returns the number itself if it is a port, 1 to 65535. */
export function port(value: number, where?: HasPath): number {
  if (!Number.isInteger(value) || value < 1 || value > 65_535) {
    throw new ConfigurationError(
      where,
      `a port must be a whole number between 1 and 65535, got ${isToken(value) ? 'a value that is known only on deployment (a token)' : quote(value)}`,
    );
  }
  return value;
}
