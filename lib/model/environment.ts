import type { ImageSources, Tls } from '../values';
import type { Platform } from './platform';

/** Where the reverse proxy listens on the host. */
export interface EdgeListeners {
  /**
   * Address of the host on which the proxy is published: `'*'` for all, IPv4 and IPv6, where the world may come in; an IP
   * address for one. `'0.0.0.0'` is IPv4 only, `'::'` is IPv6 only. Changing it replaces the proxy's container.
   * @default '127.0.0.1'
   */
  readonly address?: string;
  /**
   * Host port for plain HTTP (with TLS: the redirect to HTTPS).
   * @default 80
   */
  readonly http?: number;
  /**
   * Host port for HTTPS and, over UDP, HTTP/3. Not published when TLS is off.
   * @default 443
   */
  readonly https?: number;
}

/**
 * What one deployment of a system means: a record of facts, never a stage to switch on.
 * No construct reads `name`; only the names of things on the host are made from it.
 */
export interface Environment {
  /** Part of every physical name: 'dev', 'test', 'staging', 'prod'. Changing it deploys a second system beside the first. */
  readonly name: string;
  /** What the services become: containers of one Docker Engine today. */
  readonly platform: Platform;
  /**
   * Public domain that the proxy's sites default to.
   * @default - the proxy answers for every host name
   */
  readonly domain?: string;
  /**
   * How the proxy encrypts.
   * @default Tls.off()
   */
  readonly tls?: Tls;
  /**
   * Keep data volumes when the stack is destroyed. They are then no resources of the plan at all: nothing in it
   * could delete them, and the next deploy finds them again by name. A database without a backup is refused.
   * @default false, a destroy removes the data with the rest
   */
  readonly keepData?: boolean;
  /**
   * Mount source directories into containers and run the reloading command of services that state one.
   * @default false
   */
  readonly sourceMounts?: boolean;
  /**
   * Where the proxy listens.
   * @default - 127.0.0.1, ports 80 and 443
   */
  readonly edge?: EdgeListeners;
  /**
   * Host ports on 127.0.0.1 for services that are otherwise not published, by host name: `{ postgres: 5432 }`.
   * An exposed service also joins a network of its own that is not internal; Docker publishes nothing otherwise.
   * @default - nothing is exposed
   */
  readonly expose?: Readonly<Record<string, number>>;
  /**
   * Number of containers by host name of the service, for services that do not state it themselves.
   * @default - one each
   */
  readonly replicas?: Readonly<Record<string, number>>;
  /**
   * Labels of all containers of its services, for tools of the host; never secrets. A change replaces them.
   * @default - none but those of this library
   */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Refuse images that are pulled without a digest: two deploys of the same program could run different code.
   * @default false
   */
  readonly pinnedImages?: boolean;
  /**
   * Takes images from somewhere else (a mirror, an air-gapped registry, local builds) by repository.
   * @default - as the program says
   */
  readonly imageSources?: ImageSources;
}
