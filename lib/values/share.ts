import { ConfigurationError, type Located } from './configuration-error';
import { quoted } from './quote';

/**
 * Returns the number itself if it is a part of a whole, from 0 to 1.
 * @param what the option, for the error
 */
export function share(what: string, value: number, where?: Located): number {
  if (value >= 0 && value <= 1) return value;
  throw new ConfigurationError(
    where,
    `\`${what}\` must be a part from 0 to 1, got ${quoted(value)}; write for example 0.8 for 80 %`,
  );
}
