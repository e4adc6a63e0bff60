import { ConfigurationError } from './configuration-error';
import { quote } from './quote';

/**
 * Refuses an unknown time zone.
 * @throws ConfigurationError for a name that is not in the time zone database
 */
export function assertTimeZone(name: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
  } catch {
    throw new ConfigurationError(
      undefined,
      `${quote(name)} is no time zone; write for example "Europe/Berlin" or "UTC"`,
    );
  }
}
