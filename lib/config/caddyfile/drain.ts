import { contentHash } from '../../values';
import type { CaddyfileModel } from './model';
import { block, type Lines } from './text';

/** Option that lets the previous configuration go on for a while after a reload. */
export function drainOption({ reloadDrain }: CaddyfileModel): Lines {
  return reloadDrain === undefined || reloadDrain.isZero() ? [] : [`shutdown_delay ${reloadDrain.toGoString()}`];
}

/**
 * Lines that let go of the connections of clients while the previous configuration goes on: the answer says `Connection:
 * close`, from which Caddy makes a GOAWAY over HTTP/2. A websocket says something else in that header, and HTTP/3 has none.
 */
export function drainLines(model: CaddyfileModel): Lines {
  if (drainOption(model).length === 0) return [];
  const matcher = ['vars {http.shutting_down} true', 'not protocol http/3', 'not header Upgrade *'];
  return [...block('@draining', matcher), 'header @draining Connection close'];
}

const SOCKET = 'unix//tmp/caddy-.sock';

/**
 * Line that gives a site a second listener, which each text has for itself. Caddy lets a previous configuration go on only
 * in servers of which a listener ends with it, and their ports are in the next one, too.
 */
export function listenerLines(model: CaddyfileModel): Lines {
  return drainOption(model).length === 0 ? [] : [`bind "" ${SOCKET}`];
}

/** Names the second listeners of a text after the text. */
export function withOwnListener(text: string): string {
  return text.replaceAll(SOCKET, SOCKET.replace('-.', `-${contentHash(text, 12)}.`));
}
