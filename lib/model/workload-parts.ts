import type { Network } from './network';
import type { Secret } from './secret';
import type { Volume } from './volume';

export interface Membership {
  readonly network: Network;
  readonly aliases: readonly string[];
}

export interface VolumeMount {
  readonly volume: Volume;
  readonly path: string;
  readonly readOnly: boolean;
}

export interface DirectoryMount {
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
