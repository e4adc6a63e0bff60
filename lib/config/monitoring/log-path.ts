import { port } from '../../values';

/** How what programs write gets from the engine to what collects it. */
export type LogPath =
  | { readonly kind: 'splunk'; readonly port: number }
  | { readonly kind: 'fluentd'; readonly port: number }
  | { readonly kind: 'files'; readonly directory: string };

export interface LogPortOptions {
  /**
   * Port on 127.0.0.1 of the engine's host where the engine delivers; two stacks on one host each need their own. A change
   * replaces all containers.
   * @default - 8088 for `splunk`, 24224 for `fluentd`
   */
  readonly port?: number;
}

export interface LogFilesOptions {
  /**
   * Where the engine keeps the files of its containers.
   * @default '/var/lib/docker/containers'
   */
  readonly directory?: string;
}

/** Ways from the engine to what collects logs. Each costs something else; the page of MonitoringStack has it in a table. */
export const LogPath = {
  /**
   * The engine sends lines over HTTP, in batches, and again until they are taken: nothing is lost while the collector is
   * away for a while. Needs neither root nor anything of the host but a port on 127.0.0.1. Lines are up to 5 seconds late.
   */
  splunk(options: LogPortOptions = {}): LogPath {
    return { kind: 'splunk', port: port(options.port ?? 8088) };
  },

  /**
   * The engine sends each line at once. The last lines of a program that ends right after writing many may be lost, and
   * what the collector uses for it is called experimental by its makers.
   */
  fluentd(options: LogPortOptions = {}): LogPath {
    return { kind: 'fluentd', port: port(options.port ?? 24_224) };
  },

  /**
   * The collector reads the engine's files. Nothing is lost but what is rotated while it is away, and no port is needed;
   * but it runs as root, without any capability, and can read the environment of every container on the host.
   */
  files(options: LogFilesOptions = {}): LogPath {
    return { kind: 'files', directory: options.directory ?? '/var/lib/docker/containers' };
  },
};
