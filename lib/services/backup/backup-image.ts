import { join } from 'node:path';
import { Image } from '../../values';
import type { BackupSource } from '../../model/backup-source';
import type { TemporaryDirectory } from '../../model/workload-spec';
import { dataLayout } from '../postgres/postgres-layout';

const CONTEXT = join(__dirname, '..', '..', 'assets', 'backup');

/** `postgres` in the database's image. */
export const BACKUP_USER = '999:999';

/** Where the database's image declares a volume, which would be a fresh and empty one for each container made from it. */
export function hiddenData({ server }: BackupSource): TemporaryDirectory[] {
  return server === undefined ? [] : [{ path: dataLayout(server.majorVersion).mountPath, mode: '0700' }];
}

/** Made from the database's own image, so that the tools are of the server's version. */
export function backupImage({ workload }: BackupSource): Image {
  return Image.build(CONTEXT, { baseImages: { DATABASE_IMAGE: workload.spec.image } });
}
