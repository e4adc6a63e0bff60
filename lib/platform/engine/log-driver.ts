import type { LogDelivery } from '../../model/stack/observed-platform';
import type { LogRotation } from '../../model/workload/workload-spec';
import { LogDriver } from './log-path';

/** Address of the host to which the engine sends; the collector publishes its port there. */
export const LOCAL_ADDRESS = '127.0.0.1';

/** Origin of log lines, for the collector. */
export interface LogSource {
  readonly stack: string;
  readonly service: string;
  /** Version of the image; undefined if it has none. */
  readonly version: string | undefined;
  /** Rotation of the logs that `docker logs` shows. */
  readonly kept: LogRotation;
}

/** Log driver of a container for the engine. */
export interface DriverSettings {
  readonly name: string;
  readonly options: Readonly<Record<string, string>>;
}

/**
 * Lines that fluentd's driver keeps for each container while the collector is down; some 60 MiB of the engine's memory.
 */
const FLUENTD_BUFFER = '65536';

/** Returns the engine's driver for a log path. Each line carries its origin. */
export function logDriver(path: LogDriver, source: LogSource): DriverSettings {
  switch (path.kind) {
    case 'hec':
      return splunkDriver(path.port, source);
    case 'forward':
      return fluentdDriver(path.port, source);
    case 'files':
      return fileDriver(source);
  }
}

function splunkDriver(port: number, source: LogSource): DriverSettings {
  return {
    name: 'splunk',
    options: {
      'splunk-url': `http://${LOCAL_ADDRESS}:${port}`,
      // The driver requires a token, but the collector does not check it.
      'splunk-token': 'none',
      // Otherwise a container could not start while the collector is down.
      'splunk-verify-connection': 'false',
      'splunk-format': 'inline',
      ...cacheOptions(source),
      tag: tagOf(source),
    },
  };
}

function fluentdDriver(port: number, source: LogSource): DriverSettings {
  return {
    name: 'fluentd',
    options: {
      'fluentd-address': `${LOCAL_ADDRESS}:${port}`,
      'fluentd-async': 'true',
      'fluentd-request-ack': 'true',
      'fluentd-sub-second-precision': 'true',
      'fluentd-buffer-limit': FLUENTD_BUFFER,
      ...cacheOptions(source),
      tag: tagOf(source),
    },
  };
}

function fileDriver(source: LogSource): DriverSettings {
  return {
    name: 'json-file',
    options: {
      'max-size': source.kept.maxSize.toShortString(),
      'max-file': String(source.kept.maxFiles),
      tag: tagOf(source),
    },
  };
}

/**
 * Returns the settings of the lines that the engine also keeps for `docker logs`; it refuses to compress the only file.
 */
function cacheOptions({ kept: { maxSize, maxFiles } }: LogSource): Readonly<Record<string, string>> {
  return {
    'cache-max-size': maxSize.toShortString(),
    'cache-max-file': String(maxFiles),
    ...(maxFiles === 1 ? { 'cache-compress': 'false' } : {}),
  };
}

/** Returns the tag; the engine fills in the first twelve digits of the container's id. */
function tagOf({ stack, service, version }: LogSource): string {
  return [stack, service, '{{.ID}}', ...(version === undefined ? [] : [version])].join(' ');
}

/**
 * Returns the pattern of `tagOf` for RE2: groups `service`, `container` and `version`. Tags of another stack do not
 * match.
 */
function tagPattern(stack: string): string {
  return `^${stack} (?P<service>\\S+) (?P<container>\\S+)(?: (?P<version>\\S+))?$`;
}

/** Delivery of logs by the engine's drivers. */
export const ENGINE_LOGS: LogDelivery = {
  defaultTransport: LogDriver.splunk(),
  ports: (path, container) =>
    path.kind === 'files' ? [] : [{ container, host: path.port, address: LOCAL_ADDRESS, protocol: 'tcp' }],
  tagPattern,
};
