import type { Duration } from '../../values';

/** A duration as Prometheus and Alertmanager read it, in whole seconds. */
export function promDuration(duration: Duration): string {
  return `${Math.ceil(duration.toMillis() / 1000)}s`;
}
