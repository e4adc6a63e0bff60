import { ConfigurationError, contentHash, Duration } from '../../values';
import type { CaddyfileModel } from './model';
import { block, type Lines } from './text';

/** Longest drain: a gate waits for a reload only as long as for the start of a proxy. */
const LONGEST = Duration.seconds(10);

/**
 * Refuses a drain for which a gate does not wait.
 * @throws ConfigurationError for more than ten seconds
 */
export function assertDrain(reloadDrain: Duration): void {
  if (reloadDrain.toMillis() <= LONGEST.toMillis()) return;
  throw new ConfigurationError(
    undefined,
    `\`reloadDrain\` must be at most ${String(LONGEST)}, got ${String(reloadDrain)}`,
  );
}

/** Returns the option that lets the previous configuration run for a while after a reload. */
export function drainOption({ reloadDrain }: CaddyfileModel): Lines {
  return reloadDrain.isZero() ? [] : [`shutdown_delay ${reloadDrain.toGoString()}`];
}

/**
 * Returns the option with the time for open requests that is left of a stop after the drain. It is at least a second:
 * Caddy takes zero for no limit.
 */
export function graceOption({ reloadDrain, gracePeriod }: CaddyfileModel): string {
  const left = Duration.millis(Math.max(1000, gracePeriod.toMillis() - reloadDrain.toMillis()));
  return `grace_period ${left.toGoString()}`;
}

/**
 * Returns lines that close the connections of clients while the previous configuration still runs. The answer has
 * `Connection: close`, which Caddy turns into a GOAWAY over HTTP/2. Websockets use that header otherwise, and HTTP/3
 * has none.
 */
export function drainLines(model: CaddyfileModel): Lines {
  if (drainOption(model).length === 0) return [];
  const matcher = ['vars {http.shutting_down} true', 'not protocol http/3', 'not header Upgrade *'];
  return [...block('@draining', matcher), 'header @draining Connection close'];
}

const SOCKET = 'unix//tmp/caddy-.sock';

/**
 * Returns the line that gives a site a second listener of this text alone. Caddy keeps a previous configuration only in
 * servers with a listener that ends with it, and the next configuration has their ports too.
 */
export function listenerLines(model: CaddyfileModel): Lines {
  return drainOption(model).length === 0 ? [] : [`bind "" ${SOCKET}`];
}

/** Names the second listeners of a text after the text. */
export function withOwnListener(text: string): string {
  return text.replaceAll(SOCKET, SOCKET.replace('-.', `-${contentHash(text, 12)}.`));
}
