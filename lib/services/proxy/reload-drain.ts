import { ConfigurationError, Duration } from '../../values';

/** Longest drain: a gate waits for a reload only as long as for the start of a proxy. */
const LONGEST = Duration.seconds(10);

/** Time that a proxy drains at a reload. */
export function drainOf({ reloadDrain = Duration.seconds(1) }: { readonly reloadDrain?: Duration }): Duration {
  if (reloadDrain.toMillis() <= LONGEST.toMillis()) return reloadDrain;
  throw new ConfigurationError(
    undefined,
    `\`reloadDrain\` must be at most ${String(LONGEST)}, got ${String(reloadDrain)}`,
  );
}

/** Time for open requests that is left of a stop after the drain, at least a second: Caddy takes zero for no limit. */
export function graceAfter(drain: Duration, stopGrace: Duration): Duration {
  return Duration.millis(Math.max(1000, stopGrace.toMillis() - drain.toMillis()));
}
