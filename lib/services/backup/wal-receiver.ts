import type { Construct } from 'constructs';
import { Size } from '../../values';
import type { DatabaseSource } from '../../model/capabilities/backup-source';
import { Service } from '../../model/workload/service';
import { Tier } from '../../model/workload/network';
import { TMP } from '../../model/workload/service-spec';
import { runtimeSpec } from '../shared/runtime';
import { SOCKET_DIRECTORY } from '../postgres/postgres-layout';
import { hiddenData } from './backup-image';
import { ARCHIVE, BARMAN_FILE } from './backup-program';
import type { ArchiveParts, BackupParts } from './backup-program';

export type ReceiverParts = BackupParts & ArchiveParts & { readonly source: DatabaseSource };

/**
 * Receives the write-ahead log as it is written. It has its own container: a changed schedule, or an upload that runs
 * out of memory, does not interrupt it.
 */
export class WalReceiver extends Service {
  public constructor(
    scope: Construct,
    id: string,
    { hostname, source, image, runAs, archive, settings }: ReceiverParts,
  ) {
    const spec = runtimeSpec(
      {
        hostname: `${hostname}-receiver`,
        image,
        entrypoint: ['python3', '-m', 'backup', 'receive'],
        command: [],
        user: runAs.user,
        tmpfs: [TMP, ...hiddenData(source)],
        memory: Size.mebibytes(256),
        replacement: 'stop-first',
        isolated: true,
      },
      {},
    );
    super(scope, id, Tier.DATA, spec);
    if (source.socket !== undefined) this.workload.addVolume(source.socket, SOCKET_DIRECTORY);
    this.workload.startAfter(source.workload);
    this.workload.addFile({ path: BARMAN_FILE, content: settings });
    archive.mountInto(this, ARCHIVE);
  }
}
