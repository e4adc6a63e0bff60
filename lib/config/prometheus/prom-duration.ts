import { ConfigurationError, quote } from '../../values';
import type { Duration } from '../../values';

/**
 * Returns a duration in the form of Prometheus and Alertmanager. Both replace zero by a default.
 * @param what the option, for the error
 * @throws ConfigurationError when it is not a whole number of seconds, or zero
 */
export function promDuration(what: string, duration: Duration): string {
  // An untyped program may pass a number, or '15s'.
  const seconds = Number((duration as Partial<Duration> | null)?.toMillis?.()) / 1000;
  if (Number.isInteger(seconds) && seconds > 0) return `${seconds}s`;
  throw new ConfigurationError(
    undefined,
    `\`${what}\` must be a whole number of seconds from 1, got ${quote(String(duration))}; write for example \`Duration.seconds(15)\``,
  );
}
