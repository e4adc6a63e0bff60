import type { Network } from './network';
import type { Volume } from './volume';
import type { Workload } from './workload';

/** What a backup needs to know about the data it saves. */
export interface BackupSource {
  readonly kind: 'postgres' | 'volume';
  readonly name: string;
  readonly volume: Volume;
  readonly workload: Workload;
  /** Postgres only: how a backup connects over the network. */
  readonly server?: {
    readonly host: string;
    readonly port: number;
    readonly majorVersion: number;
    readonly network: Network;
  };
  /** Postgres only: a volume with the server's unix socket, where the superuser needs no password. */
  readonly socket?: Volume;
}

/** Something that has data worth saving. */
export interface IBackupSource {
  toBackupSource(): BackupSource;
}
