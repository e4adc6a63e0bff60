import type { AlertRule, Image } from '../../values';
import type { CaddyfileModel, ProxyObjective } from '../../config';
import type { NeighbourFile } from '../../model/config-file';

/** What a route may ask for that not every proxy can do. */
export type ProxyFeature = 'rate-limit';

/**
 * The program behind a ReverseProxy. The construct decides what the proxy should do; an engine knows the program:
 * its image, its files, how it reloads, and what it cannot do.
 */
export interface ProxyEngine {
  readonly name: string;
  readonly defaultImage: string;
  /** Features that the program has beyond routing. */
  readonly features: ReadonlySet<ProxyFeature>;
  readonly configDirectory: string;
  readonly configFile: string;
  /** Command that starts it. */
  readonly command: readonly string[];
  /** Command that makes the running program take over the file. */
  readonly reload: (file: string) => readonly string[];
  /** Settings of the kernel, in the container's network, without which a reload resets new connections. */
  readonly sysctls: Readonly<Record<string, string>>;
  readonly capabilities: readonly string[];
  /** Directory that keeps certificates. */
  readonly dataDirectory: string;
  /** Directories that may vanish with the container. */
  readonly scratchDirectories: readonly string[];
  /** Command that answers whether the program is up. */
  readonly probe: readonly string[];
  readonly render: (model: ProxyModel) => string;
  /** Files through which it learns of new addresses of its upstreams without a reload. */
  readonly followed: (model: ProxyModel) => readonly NeighbourFile[];
  /** Rules about its answers, with its own metrics; `job` is their label. */
  readonly alerts: (subject: ProxySubject, objective: ProxyObjective | undefined) => readonly AlertRule[];
  /** Rules about the answers of one route, as they are counted from its access log. */
  readonly routeAlerts: (subject: ProxySubject, route: string, objective: ProxyObjective) => readonly AlertRule[];
}

/** The proxy that rules are about. */
export interface ProxySubject {
  readonly stack: string;
  readonly job: string;
}

/** What every engine is told. */
export type ProxyModel = CaddyfileModel;

/** An engine together with the image it runs. */
export interface ChosenEngine {
  readonly engine: ProxyEngine;
  readonly image: Image;
}
