import { ConfigurationError, quote, Size } from '../../values';
import type { Duration } from '../../values';

/** Limits in time and size of a store. */
export interface StoreLimits {
  readonly retention: Duration;
  readonly retentionSize: Size;
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
 * much. They can only refuse new data, so that `retention` at this rate makes `retentionSize`.
 * @throws ConfigurationError when it is kept for less than an hour, or the size is nearly zero
 */
export function intakeOf({ retention, retentionSize }: StoreLimits): Intake {
  if (retention.toMillis() < HOUR_MILLIS || retention.toMillis() % HOUR_MILLIS !== 0) {
    throw new ConfigurationError(
      undefined,
      `\`retention\` must be a whole number of hours from 1, got ${quote(String(retention))}; write for example \`Duration.days(14)\``,
    );
  }
  if (retentionSize.toBytes() < LEAST.toBytes()) {
    throw new ConfigurationError(
      undefined,
      `\`retentionSize\` must be at least 64 MiB, got ${quote(String(retentionSize))}; write for example \`Size.gibibytes(20)\``,
    );
  }
  const burst = Math.floor(retentionSize.toBytes() * AT_ONCE);
  return { burst, perSecond: ((retentionSize.toBytes() - burst) * 1000) / retention.toMillis() };
}

export function hours({ retention }: StoreLimits): string {
  return `${retention.toMillis() / HOUR_MILLIS}h`;
}
