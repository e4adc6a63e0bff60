import { ConfigurationError, type Located } from './configuration-error';
import { quoted } from './quoted';

/** The number itself when it is a port, 1 to 65535. */
export function port(value: number, where?: Located): number {
  if (!Number.isInteger(value) || value < 1 || value > 65_535) {
    throw new ConfigurationError(where, `a port must be a whole number between 1 and 65535, got ${quoted(value)}`);
  }
  return value;
}
