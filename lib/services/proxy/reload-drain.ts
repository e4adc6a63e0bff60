import { ConfigurationError, Duration } from '../../values';

/** Longest drain: a gate waits for a reload only as long as for the start of a proxy. */
const LONGEST = Duration.seconds(10);

/** Returns the time for which a proxy drains before a reload. */
export function drainOf({ reloadDrain = Duration.seconds(0) }: { readonly reloadDrain?: Duration }): Duration {
  if (reloadDrain.toMillis() <= LONGEST.toMillis()) return reloadDrain;
  throw new ConfigurationError(
    undefined,
    `\`reloadDrain\` must be at most ${String(LONGEST)}, got ${String(reloadDrain)}`,
  );
}
