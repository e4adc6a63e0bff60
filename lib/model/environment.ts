import type { ImageSources, Tls } from '../values';
import type { Platform } from './platform';

/**
 * Facts about a place to deploy to, true for every system in it. A fact about one system there, such as its ports, is in
 * `SystemSettings`. No construct reads `name`; only the names of things on the host are made from it.
 */
export interface Environment {
  /** Part of every physical name: 'dev', 'test', 'staging', 'prod'. Changing it deploys a second system beside the first. */
  readonly name: string;
  /** What the services become: containers of one Docker Engine today. */
  readonly platform: Platform;
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
