import { ConfigurationError, quoted, Size } from '../../values';
import type { Duration } from '../../values';

/** Limits in time and size of a store. */
export interface StoreLimits {
  readonly keepFor: Duration;
  readonly keepSize: Size;
}

/** Rate limit in bytes: at once, and in each further second. */
export interface Intake {
  readonly burst: number;
  readonly perSecond: number;
}

const LEAST = Size.mebibytes(64);
/** Share of the size that may come at once. */
const AT_ONCE = 0.25;
const HOUR_MILLIS = 3_600_000;

/**
 * Returns the rate at which a store takes data. Neither Loki nor Tempo can remove the oldest data when there is too
 * much. They can only refuse new data, so that `keepFor` at this rate makes `keepSize`.
 * @throws ConfigurationError when it is kept for less than an hour, or the size is nearly zero
 */
export function intakeOf({ keepFor, keepSize }: StoreLimits): Intake {
  if (keepFor.toMillis() < HOUR_MILLIS || keepFor.toMillis() % HOUR_MILLIS !== 0) {
    throw new ConfigurationError(
      undefined,
      `\`keepFor\` must be a whole number of hours from 1, got ${quoted(String(keepFor))}; write for example \`Duration.days(14)\``,
    );
  }
  if (keepSize.toBytes() < LEAST.toBytes()) {
    throw new ConfigurationError(
      undefined,
      `\`keepSize\` must be at least 64 MiB, got ${quoted(String(keepSize))}; write for example \`Size.gibibytes(20)\``,
    );
  }
  const burst = Math.floor(keepSize.toBytes() * AT_ONCE);
  return { burst, perSecond: ((keepSize.toBytes() - burst) * 1000) / keepFor.toMillis() };
}

export function hours({ keepFor }: StoreLimits): string {
  return `${keepFor.toMillis() / HOUR_MILLIS}h`;
}
