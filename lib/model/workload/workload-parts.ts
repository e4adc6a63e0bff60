import type { Network } from './network';
import type { Secret } from '../secrets/secret';
import type { Volume } from './volume';

export interface Membership {
  readonly network: Network;
  readonly aliases: readonly string[];
}

/** Options of a mount. */
export interface MountOptions {
  /**
   * If true, the container cannot write to it.
   * @default - false for a volume, true for a directory of the host
   */
  readonly readOnly?: boolean;
}

export interface VolumeMount {
  readonly volume: Volume;
  readonly path: string;
  readonly readOnly: boolean;
}

export interface BindMount {
  /** Directory on the machine of the engine, absolute. */
  readonly source: string;
  readonly path: string;
  readonly readOnly: boolean;
}

export interface SecretFile {
  readonly secret: Secret;
  /** Absolute path in the container. */
  readonly path: string;
}
