import { ConfigurationError, quoted, Size } from '../../values';
import type { Duration } from '../../values';

/** How long something is kept, and how much of it. */
export interface StoreLimits {
  readonly keepFor: Duration;
  readonly keepSize: Size;
}

/** How much is taken in, in bytes: at once, and on top of that in each second. */
export interface Intake {
  readonly burst: number;
  readonly perSecond: number;
}

const LEAST = Size.mebibytes(64);
/** Part of all that may come at once. */
const AT_ONCE = 0.25;
const HOUR_MILLIS = 3_600_000;

/**
 * Neither Loki nor Tempo can remove the oldest when there is too much. What they can do is to take in no more: so much that
 * within `keepFor` it comes to `keepSize`.
 * @throws ConfigurationError when it is kept for less than an hour, or is nearly nothing
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
