import type { Network } from './network';
import type { Volume } from './volume';
import type { Workload } from './workload';

/** Distribution that an image is made from: it says who its users are, and what can be installed into it. */
export type Distribution = 'debian' | 'alpine';

/** A database server. */
export interface DatabaseSource {
  readonly kind: 'postgres';
  readonly name: string;
  readonly volume: Volume;
  readonly workload: Workload;
  /**
   * How a backup connects over the network.
   * @default - not at all
   */
  readonly server?: {
    readonly host: string;
    readonly port: number;
    readonly majorVersion: number;
    readonly network: Network;
    /**
     * Distribution that its image is made from.
     * @default - as the image's tag says
     */
    readonly distribution?: Distribution;
  };
  /**
   * A volume with the server's unix socket, where the superuser needs no password.
   * @default - none
   */
  readonly socket?: Volume;
}

/** A volume with files. */
export interface VolumeSource {
  readonly kind: 'volume';
  readonly name: string;
  readonly volume: Volume;
}

/** What a backup needs to know about the data it saves. */
export type BackupSource = DatabaseSource | VolumeSource;

/** Something that has data worth saving. */
export interface IBackupSource {
  toBackupSource(): BackupSource;
}
