import { made } from '../../../values';
import type { AccessLogFields, CertificateLimits, Shape, Tls } from '../../../values';
import type { AnswerCounts, AnswerPanels, ProxyModel } from '../../../config';
import type { NeighbourFile } from '../../../model/workload/config-file';
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

/** Shape of an engine. */
export const ENGINE: Shape<ProxyEngine> = made('ProxyEngine.caddy()', 'render');

/** Way in which a running program takes over a new main file. */
export type ProxyReload = CommandReload | SignalReload;

/** A reload by one command, which fails for a file that is not valid. */
export interface CommandReload {
  /** Distinguishes this way from the other. */
  readonly by: 'command';
  /** Returns the command. It runs in the container, with the path of the new file. */
  readonly command: (file: string) => readonly string[];
}

/** A reload by a signal to the program, after a command has checked the new file. */
export interface SignalReload {
  /** Distinguishes this way from the other. */
  readonly by: 'signal';
  /** Signal that is sent once the new file is in place: 'SIGHUP'. */
  readonly signal: string;
  /** Returns the command that fails for a file that is not valid. It runs in the container. */
  readonly check: (file: string) => readonly string[];
}

/** Way in which a program learns the addresses of a service's containers, which change with each version. */
export type UpstreamDiscovery = FileDiscovery | NameDiscovery;

/** Addresses in files that the program rereads itself, so that a new version needs no reload. */
export interface FileDiscovery {
  /** Distinguishes this way from the others. */
  readonly by: 'files';
  /** Returns the files, in the order in which they are replaced. */
  readonly files: (model: ProxyModel) => readonly NeighbourFile[];
}

/** Names in the main file. */
export interface NameDiscovery {
  /** 'dns' for the host name of the service, which the program asks again, or 'reload' for those of its containers. */
  readonly by: 'dns' | 'reload';
}

/** Queries of the metrics of a program. `job` is the label `job` of its series. */
export interface ProxyMetrics {
  /** Returns the counts of its answers, from which alerts are computed. */
  readonly answers: (job: string) => AnswerCounts;
  /** Returns the queries of the panels about its answers. */
  readonly panels: (job: string) => AnswerPanels;
}
