import type { Duration } from '../../values';
import type { ProxyModel } from '../proxy';

/** Content of a Caddyfile: sites and routes, and settings of Caddy alone. */
export interface CaddyfileModel extends ProxyModel, CaddySettings {}

/** Settings that only Caddy has. */
export interface CaddySettings {
  /** Address for reloads: `localhost:2019`. An address that another machine could reach is refused. */
  readonly adminAddress: string;
  /** Directory of the container with the files of services' upstreams. */
  readonly upstreamDirectory: string;
  /** Time that an open websocket or other stream stays open after a reload. Zero cuts it at once. */
  readonly streamCloseDelay: Duration;
  /**
   * Time that the previous configuration runs after a reload. Each of its answers over HTTP/1.1 and HTTP/2 asks the
   * client to use another connection for its next request, which the next configuration gets. No connection in use is
   * closed. A stop takes that much longer.
   */
  readonly reloadDrain: Duration;
}
