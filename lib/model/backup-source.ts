import type { Network } from './network';
import type { Volume } from './volume';
import type { Workload } from './workload';

/** What a backup needs to know about the data it saves. */
export interface BackupSource {
  readonly kind: 'postgres' | 'volume';
  readonly name: string;
  readonly volume: Volume;
  readonly workload: Workload;
  /**
   * How a backup connects over the network.
   * @default - none; only a 'postgres' source has it
   */
  readonly server?: {
    readonly host: string;
    readonly port: number;
    readonly majorVersion: number;
    readonly network: Network;
  };
  /**
   * A volume with the server's unix socket, where the superuser needs no password.
   * @default - none; only a 'postgres' source has it
   */
  readonly socket?: Volume;
}

/** Something that has data worth saving. */
export interface IBackupSource {
  toBackupSource(): BackupSource;
}
