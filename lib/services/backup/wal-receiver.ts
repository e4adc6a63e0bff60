import type { Construct } from 'constructs';
import { Size } from '../../values';
import { Service } from '../../model/service';
import { Tier } from '../../model/network';
import { runtimeSpec } from '../runtime';
import { SOCKET_DIRECTORY } from '../postgres/postgres-layout';
import { BACKUP_USER, hiddenData } from './backup-image';
import { ARCHIVE, BARMAN_FILE } from './backup-program';
import type { ArchiveParts, BackupParts } from './backup-program';

/**
 * Receives the write-ahead log as it is written. A container of its own, so that a changed schedule or an upload that
 * needs too much memory does not interrupt it.
 */
export class WalReceiver extends Service {
  public constructor(
    scope: Construct,
    id: string,
    { hostname, source, image, archive, settings }: BackupParts & ArchiveParts,
  ) {
    const spec = runtimeSpec(
      {
        hostname: `${hostname}-receiver`,
        image,
        entrypoint: ['python3', '-m', 'backup', 'receive'],
        command: [],
        user: BACKUP_USER,
        temporaryDirectories: [{ path: '/tmp' }, ...hiddenData(source)],
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
