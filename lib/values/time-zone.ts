import { ConfigurationError } from './configuration-error';
import { quoted } from './quoted';

/** @throws ConfigurationError when nobody knows the name */
export function assertTimeZone(name: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
  } catch {
    throw new ConfigurationError(
      undefined,
      `${quoted(name)} is no time zone; write for example "Europe/Berlin" or "UTC"`,
    );
  }
}
