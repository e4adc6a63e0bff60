import { ConfigurationError, Duration } from '../../values';

/** The gate waits no longer for a reload than for a proxy that only just starts. */
const LONGEST = Duration.seconds(10);

/** How long a proxy drains before a reload. */
export function drainOf({ reloadDrain = Duration.seconds(0) }: { readonly reloadDrain?: Duration }): Duration {
  if (reloadDrain.toMillis() <= LONGEST.toMillis()) return reloadDrain;
  throw new ConfigurationError(
    undefined,
    `\`reloadDrain\` must be at most ${String(LONGEST)}, got ${String(reloadDrain)}`,
  );
}
