import type { AlertRule, Image } from '../../values';
import type { CaddyfileModel, ProxyObjective } from '../../config';
import type { NeighbourFile } from '../../model/config-file';

/** A feature that a route may need and that not every proxy has. */
export type ProxyFeature = 'rate-limit';

/**
 * The program behind a ReverseProxy. The construct decides the proxy's behaviour. An engine describes the program:
 * its image, its files, its reload command, and its limits.
 */
export interface ProxyEngine {
  /** Name of the program, as messages show it. */
  readonly name: string;
  /** Image that runs if the proxy states none. */
  readonly defaultImage: string;
  /** Features of the program beyond routing. */
  readonly features: ReadonlySet<ProxyFeature>;
  /** Absolute path of the directory with its configuration. */
  readonly configDirectory: string;
  /** Name of the main file in that directory. */
  readonly configFile: string;
  /** Command that starts the program. */
  readonly command: readonly string[];
  /** Command that makes the running program take over the file. */
  readonly reload: (file: string) => readonly string[];
  /** Settings of the kernel, in the container's network, without which a reload resets new connections. */
  readonly sysctls: Readonly<Record<string, string>>;
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
  /** Returns files from which the program learns new addresses of its upstreams without a reload. */
  readonly followed: (model: ProxyModel) => readonly NeighbourFile[];
  /** Returns rules about its answers, from its own metrics; `job` is their label. */
  readonly alerts: (subject: ProxySubject, objective: ProxyObjective | undefined) => readonly AlertRule[];
  /** Returns rules about the answers of one route, from its access log. */
  readonly routeAlerts: (subject: ProxySubject, route: string, objective: ProxyObjective) => readonly AlertRule[];
}

/** The proxy that rules are about. */
export interface ProxySubject {
  /** Name of the stack. */
  readonly stack: string;
  /** Label `job` of the proxy's metrics. */
  readonly job: string;
}

/** Input of every engine. */
export type ProxyModel = CaddyfileModel;

/** An engine together with its image. */
export interface ChosenEngine {
  readonly engine: ProxyEngine;
  readonly image: Image;
}
