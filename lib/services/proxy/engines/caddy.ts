import { assertOptions, Duration, DURATION, FLAG } from '../../../values';
import type { OptionShapes } from '../../../values';
import {
  assertDrain,
  CADDY_INTERNAL_CERTIFICATE,
  CADDY_LOG_FIELDS,
  caddyAnswers,
  caddyPanels,
  renderCaddyfile,
  upstreamFiles,
} from '../../../config';
import { DEFAULT_IMAGES } from '../../default-images';
import type { ProxyEngine } from '.';

/** Options that only Caddy has. */
export interface CaddyOptions {
  /** Time that a websocket stays open after a reload of the configuration. A change is a reload. @default 1 hour */
  readonly streamCloseDelay?: Duration;
  /**
   * Time that the previous configuration goes on after a reload, at most 10 seconds. Each of its answers asks the
   * client to use another connection, so that none in use is closed. A stop takes as much longer. A change is a reload.
   * @default 1 second
   */
  readonly reloadDrain?: Duration;
  /**
   * If true, the kernel moves connections that Caddy has not accepted yet to its new listener at a reload
   * (`net.ipv4.tcp_migrate_req`). Set it to false for Linux before 5.14, which resets them. A change replaces the
   * container.
   * @default true
   */
  readonly migrateConnections?: boolean;
}

const OPTIONS: OptionShapes<CaddyOptions> = {
  streamCloseDelay: DURATION,
  reloadDrain: DURATION,
  migrateConnections: FLAG,
};

const ADMIN_PORT = 2019;
/** Address at which the running Caddy takes reloads; not reachable from outside of its container. */
const ADMIN = `localhost:${ADMIN_PORT}`;
const DIRECTORY = '/etc/caddy';
const FILE = 'Caddyfile';
const ADAPTER = ['--adapter', 'caddyfile'];

/** Returns Caddy 2 as the engine of a proxy. */
export function caddyEngine(options: CaddyOptions): ProxyEngine {
  assertOptions(undefined, options, OPTIONS);
  const {
    streamCloseDelay = Duration.hours(1),
    reloadDrain = Duration.seconds(1),
    migrateConnections = true,
  } = options;
  assertDrain(reloadDrain);
  const settings = { adminAddress: ADMIN, upstreamDirectory: DIRECTORY, streamCloseDelay, reloadDrain };
  return {
    name: 'Caddy',
    defaultImage: DEFAULT_IMAGES.caddy,
    user: '65532:65532',
    features: new Set(),
    configDirectory: DIRECTORY,
    configFile: FILE,
    command: ['caddy', 'run', '--config', `${DIRECTORY}/${FILE}`, ...ADAPTER],
    reload: {
      by: 'command',
      command: (file) => ['caddy', 'reload', '--config', file, ...ADAPTER, '--address', ADMIN],
    },
    upstreams: { by: 'files', files: upstreamFiles },
    // A reload opens new listeners and closes the old ones. Without this the kernel resets the connections that an old
    // one has not accepted yet.
    sysctls: migrateConnections ? { 'net.ipv4.tcp_migrate_req': '1' } : undefined,
    // The binary has this file capability; without it in the bounding set the kernel refuses to execute it.
    capabilities: ['NET_BIND_SERVICE'],
    dataDirectory: '/data',
    scratchDirectories: ['/config', '/tmp'],
    probe: ['wget', '-q', '-O', '/dev/null', `http://127.0.0.1:${ADMIN_PORT}/config/`],
    render: (model) => renderCaddyfile({ ...model, ...settings }),
    logFields: CADDY_LOG_FIELDS,
    metrics: { answers: caddyAnswers, panels: caddyPanels },
    certificateLimits: { internal: CADDY_INTERNAL_CERTIFICATE },
  };
}
