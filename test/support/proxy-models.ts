import type { CaddyfileModel, CaddySettings, ProxyModel, Route, Site } from '../../lib/config';
import { Duration } from '../../lib/values';

/** The smallest model that can be served: plain HTTP, without an access log. */
export function proxyModel(sites: readonly Site[], more: Partial<ProxyModel> = {}): ProxyModel {
  return {
    httpPort: 80,
    httpsPort: 443,
    tls: { kind: 'off' },
    http3: false,
    redirectHttp: false,
    accessLog: false,
    gracePeriod: Duration.seconds(30),
    sites,
    ...more,
  };
}

const SETTINGS: CaddySettings = {
  adminAddress: 'localhost:2019',
  upstreamDirectory: '/etc/caddy',
  streamCloseDelay: Duration.hours(1),
  reloadDrain: Duration.seconds(0),
};

/** The same for Caddy, without a drain. */
export function caddyfile(sites: readonly Site[], more: Partial<CaddyfileModel> = {}): CaddyfileModel {
  return { ...proxyModel(sites), ...SETTINGS, ...more };
}

/** A site for any host, without any header of its own. */
export function site(routes: readonly Route[], more: Partial<Site> = {}): Site {
  return { hosts: [], securityHeaders: {}, compression: false, routes, ...more };
}

/** A route to one upstream, with the timeouts that a service would set. */
export function proxied(path: string, upstream: string, more: Partial<Route> = {}): Route {
  return {
    path,
    upstreams: [upstream],
    connectTimeout: Duration.seconds(2),
    responseTimeout: Duration.seconds(30),
    tryDuration: Duration.seconds(5),
    ...more,
  };
}
