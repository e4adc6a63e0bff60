import { ConfigurationError, quoted } from '../../values';
import type { Duration } from '../../values';

/**
 * A duration as Prometheus and Alertmanager read it. Both take zero for what they have as a default.
 * @param what the option, for the error
 * @throws ConfigurationError when it is no whole number of seconds, or none
 */
export function promDuration(what: string, duration: Duration): string {
  // A program without types may have written a number, or '15s'.
  const seconds = Number((duration as Partial<Duration> | null)?.toMillis?.()) / 1000;
  if (Number.isInteger(seconds) && seconds > 0) return `${seconds}s`;
  throw new ConfigurationError(
    undefined,
    `\`${what}\` must be a whole number of seconds from 1, got ${quoted(String(duration))}; write for example \`Duration.seconds(15)\``,
  );
}
