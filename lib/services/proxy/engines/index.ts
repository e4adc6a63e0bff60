import type { AccessLogFields, CertificateLimits, Tls } from '../../../values';
import type { AnswerCounts, AnswerPanels, ProxyModel } from '../../../config';
import type { NeighbourFile } from '../../../model/config-file';
import { caddyEngine } from './caddy';
import type { CaddyOptions } from './caddy';

/** A feature that a route may need and that not every proxy has. */
export type ProxyFeature = 'rate-limit';

/**
 * The program behind a ReverseProxy. The construct decides the proxy's behaviour, and describes it by a neutral model.
 * An engine describes the program: its image, its files, its limits, how it reloads, and its metrics and logs.
 */
export interface ProxyEngine {
  /** Name of the program, as messages show it. */
  readonly name: string;
  /** Image that runs if the proxy states none. */
  readonly defaultImage: string;
  /** User and group of the program, as numbers: '65532:65532'. */
  readonly user: string;
  /** Features of the program beyond routing. */
  readonly features: ReadonlySet<ProxyFeature>;
  /** Absolute path of the directory with its configuration. */
  readonly configDirectory: string;
  /** Name of the main file in that directory. */
  readonly configFile: string;
  /** Command that starts the program. */
  readonly command: readonly string[];
  /** Way in which the running program takes over a new main file. */
  readonly reload: ProxyReload;
  /** Way in which the program learns the new addresses of services. */
  readonly upstreams: UpstreamDiscovery;
  /**
   * Settings of the kernel, in the container's network, without which a reload resets new connections.
   * @default - none
   */
  readonly sysctls?: Readonly<Record<string, string>>;
  /** Linux capabilities that the program needs. */
  readonly capabilities: readonly string[];
  /** Directory of certificates, which is kept in a volume. */
  readonly dataDirectory: string;
  /** Directories that may be lost with the container. */
  readonly scratchDirectories: readonly string[];
  /** Command that checks whether the program is up. */
  readonly probe: readonly string[];
  /** Returns the content of the main file. */
  readonly render: (model: ProxyModel) => string;
  /** Fields of its access log. */
  readonly logFields: AccessLogFields;
  /** Metrics of the program itself. */
  readonly metrics: ProxyMetrics;
  /**
   * Remaining time of a certificate at which alerts fire, for the kinds that the program renews itself. The times depend
   * on when it renews them.
   * @default - those of `Probe.certificateLimits`
   */
  readonly certificateLimits?: Readonly<Partial<Record<Tls['kind'], CertificateLimits>>>;
}

/** Programs that serve the routes of a `ReverseProxy`. */
export const ProxyEngine = {
  /**
   * Returns Caddy 2. It obtains certificates itself, and reloads without dropping a connection. It has no rate limiter.
   * @throws ConfigurationError for a `reloadDrain` of more than 10 seconds
   */
  caddy(options: CaddyOptions = {}): ProxyEngine {
    return caddyEngine(options);
  },
};

/** A reload by a command, which refuses a file that is not valid, or by a signal, after a command has checked the file. */
export type ProxyReload =
  | { readonly by: 'command'; readonly command: (file: string) => readonly string[] }
  | { readonly by: 'signal'; readonly signal: string; readonly check: (file: string) => readonly string[] };

/**
 * Source of the addresses of a service's containers, which change with each version. By `files`, the program rereads
 * them from files. By `dns`, it asks for the service's name. By `reload`, they stand in the main file.
 */
export type UpstreamDiscovery =
  | { readonly by: 'files'; readonly files: (model: ProxyModel) => readonly NeighbourFile[] }
  | { readonly by: 'dns' }
  | { readonly by: 'reload' };

/** Queries of the metrics of a program. `job` is the label `job` of its series. */
export interface ProxyMetrics {
  /** Returns the counts of its answers, from which alerts are computed. */
  readonly answers: (job: string) => AnswerCounts;
  /** Returns the queries of the panels about its answers. */
  readonly panels: (job: string) => AnswerPanels;
}
