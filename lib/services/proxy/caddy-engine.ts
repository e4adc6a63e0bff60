import { proxyAlerts, renderCaddyfile, routeAlerts, upstreamFiles } from '../../config';
import { DEFAULT_IMAGES } from '../default-images';
import type { ProxyEngine } from './proxy-engine';

/** Address at which the running Caddy takes reloads; not reachable from outside of its container. */
export const CADDY_ADMIN = 'localhost:2019';

/** Caddy 2: obtains certificates itself, and reloads without dropping a connection. It has no rate limiter. */
export const CADDY: ProxyEngine = {
  name: 'Caddy',
  defaultImage: DEFAULT_IMAGES.caddy,
  features: new Set(),
  configDirectory: '/etc/caddy',
  configFile: 'Caddyfile',
  command: ['caddy', 'run', '--config', '/etc/caddy/Caddyfile', '--adapter', 'caddyfile'],
  reload: (file) => ['caddy', 'reload', '--config', file, '--adapter', 'caddyfile', '--address', CADDY_ADMIN],
  // A reload opens new listeners and closes the old ones. Without this the kernel resets the connections that an old
  // one
  // has not accepted yet.
  sysctls: { 'net.ipv4.tcp_migrate_req': '1' },
  // The binary has this file capability; without it in the bounding set the kernel refuses to execute it.
  capabilities: ['NET_BIND_SERVICE'],
  dataDirectory: '/data',
  scratchDirectories: ['/config', '/tmp'],
  probe: ['wget', '-q', '-O', '/dev/null', 'http://127.0.0.1:2019/config/'],
  render: renderCaddyfile,
  followed: upstreamFiles,
  alerts: proxyAlerts,
  routeAlerts,
};
