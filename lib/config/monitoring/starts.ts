import { ConfigurationError, quoted } from '../../values';

/** In fifteen minutes; one more is no rollout and no reboot. */
const FEW = 2;

/** The number of starts in 15 minutes of which nobody is told yet. */
export function starts(most: number = FEW): number {
  if (Number.isInteger(most) && most > 0) return most;
  throw new ConfigurationError(undefined, `\`mostStarts\` must be a whole number from 1, got ${quoted(most)}`);
}
