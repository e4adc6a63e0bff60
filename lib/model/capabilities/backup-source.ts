import type { Network } from '../workload/network';
import type { Volume } from '../workload/volume';
import type { Workload } from '../workload/workload';

/** Linux distribution of an image. It decides the ids of users and the package manager. */
export type Distribution = 'debian' | 'alpine';

/** A database server to back up. */
export interface DatabaseSource {
  /** Distinguishes this kind of source from the others. */
  readonly kind: 'postgres';
  /** Name of the server, first part of the names of its backups. */
  readonly name: string;
  /** Volume with the server's data directory. */
  readonly volume: Volume;
  /** Workload that runs the server. */
  readonly workload: Workload;
  /**
   * Address at which a backup connects over the network.
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

/** A volume with files to back up. */
export interface VolumeSource {
  /** Distinguishes this kind of source from the others. */
  readonly kind: 'volume';
  /** Name of the volume, first part of the names of its backups. */
  readonly name: string;
  /** The volume itself. */
  readonly volume: Volume;
}

/** Facts that a backup needs about the data it saves. */
export type BackupSource = DatabaseSource | VolumeSource;

/** A construct with data worth a backup. */
export interface IBackupSource {
  /** Returns the facts about its data. */
  toBackupSource(): BackupSource;
}
