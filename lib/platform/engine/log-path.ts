import { port } from '../../values';
import type { LogTransport } from '../../values';

/** Options of a path with a port. */
export interface LogPortOptions {
  /**
   * Port on 127.0.0.1 of the engine's host to which the engine sends; two stacks on one host need different ports. A
   * change replaces all containers.
   * @default - 8088 for `splunk`, 24224 for `fluentd`
   */
  readonly port?: number;
}

/** Options of the path by files. */
export interface LogFilesOptions {
  /**
   * Directory of the engine's container files.
   * @default '/var/lib/docker/containers'
   */
  readonly directory?: string;
}

/** Path of log lines from the engine to the collector. */
export type LogDriver = LogTransport;

/**
 * Paths of log lines from the engine to the collector. Each has its own cost; the page of MonitoringStack compares
 * them.
 */
export const LogDriver = {
  /**
   * Returns the path by Splunk's driver. The engine sends lines over HTTP, in batches, and retries until they arrive,
   * so nothing is lost while the collector is down for a while. It needs no root, and only a port on 127.0.0.1. Lines
   * are up to 5 seconds late.
   */
  splunk(options: LogPortOptions = {}): LogDriver {
    return { kind: 'hec', port: port(options.port ?? 8088) };
  },

  /**
   * Returns the path by fluentd's driver. The engine sends each line at once. The last lines of a program that ends
   * right after many lines may be lost.
   */
  fluentd(options: LogPortOptions = {}): LogDriver {
    return { kind: 'forward', port: port(options.port ?? 24_224) };
  },

  /**
   * Returns the path by files. The collector reads the engine's files. Only lines that are rotated while it is down are
   * lost, and no port is needed. But it runs as root, without capabilities, and can read the environment of every
   * container on the host.
   */
  files(options: LogFilesOptions = {}): LogDriver {
    return { kind: 'files', directory: options.directory ?? '/var/lib/docker/containers' };
  },
};
