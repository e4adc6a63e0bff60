import { contentHash } from '../../values';
import type { CaddyfileModel } from './model';
import { block, type Lines } from './text';

/** Returns the option that lets the previous configuration run for a while after a reload. */
export function drainOption({ reloadDrain }: CaddyfileModel): Lines {
  return reloadDrain === undefined || reloadDrain.isZero() ? [] : [`shutdown_delay ${reloadDrain.toGoString()}`];
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
