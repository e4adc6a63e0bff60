import type { ImageMirrors, Tls } from '../../values';
import type { Platform } from './platform';

/**
 * Facts about a place to deploy to, true for every system in it. Facts about one system there, such as its ports,
 * belong to `SystemSettings`. No construct reads `name`; it is only a part of names on the host.
 */
export interface Environment {
  /**
   * Part of every physical name: 'dev', 'test', 'staging', 'prod'. Changing it deploys a second system beside the
   * first.
   */
  readonly name: string;
  /** Platform that runs the services: today a Docker Engine, as containers. */
  readonly platform: Platform;
  /**
   * Encryption of the proxy. Changing it reloads the proxy, and replaces it if its ports change.
   * @default Tls.off()
   */
  readonly tls?: Tls;
  /**
   * If true, data volumes are kept when the stack is destroyed. They are not resources of the plan then: it cannot
   * delete them, and the next deploy finds them by name. A database without a backup is refused.
   * @default false, a destroy removes the data with the rest
   */
  readonly keepData?: boolean;
  /**
   * If true, source directories are mounted into containers, and services that have a reloading command run it.
   * @default false
   */
  readonly sourceMounts?: boolean;
  /**
   * Labels of all containers of its services, for tools of the host; never secrets. A change replaces them.
   * @default - none but those of this library
   */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * If true, images that are pulled without a digest are refused: two deploys of the same program could run different
   * code.
   * @default false
   */
  readonly requireImageDigests?: boolean;
  /**
   * Other sources of images (a mirror, an air-gapped registry, local builds) by repository.
   * @default - as the program says
   */
  readonly imageMirrors?: ImageMirrors;
}
