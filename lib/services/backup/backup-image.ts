import { programFile } from '../../program-folder';
import { ConfigurationError, describeImage, Image, quote } from '../../values';
import type { HasPath } from '../../values';
import type { BackupSource, Distribution } from '../../model/capabilities/backup-source';
import type { TmpfsMount } from '../../model/workload/workload-spec';
import { DEFAULT_IMAGES } from '../default-images';
import { dataLayout } from '../postgres/postgres-layout';
import type { FilesOptions } from './backup-job-props';
import type { BackupUser } from './backup-user';

const CONTEXT = programFile('backup');
/** Packages for volume backups. The Dockerfile adds those for databases. */
const PACKAGES = 'restic python3 python3-apscheduler python3-prometheus-client openssh-client ca-certificates';

/**
 * Returns memory mounts over the volume that the database's image declares. Without them, each container made from the
 * image would get a fresh, empty volume.
 */
export function hiddenData(source: BackupSource): TmpfsMount[] {
  if (source.kind === 'volume' || source.server === undefined) return [];
  return [{ path: dataLayout(source.server.majorVersion).mountPath, mode: '0700' }];
}

/**
 * Returns the image of a backup. For a database it is built on its own image, so that the tools match the server's
 * version; for a volume on Debian's.
 */
export function backupImage(
  where: HasPath,
  source: BackupSource,
  { owner }: BackupUser,
  { image }: FilesOptions = {},
): Image {
  const base = source.kind === 'volume' ? (image ?? Image.of(DEFAULT_IMAGES.debian)) : source.workload.spec.image;
  assertDebian(where, source, base);
  const args = {
    ...(source.kind === 'volume' ? { PACKAGES } : {}),
    ...(owner === undefined ? {} : { OWNER: owner }),
  };
  return Image.build(CONTEXT, { baseImages: { BASE_IMAGE: base }, args });
}

function assertDebian(where: HasPath, source: BackupSource, image: Image): void {
  const { name } = source;
  const distribution = source.kind === 'postgres' ? source.server?.distribution : undefined;
  if ((distribution ?? namedDistribution(image)) === 'debian') return;
  throw new ConfigurationError(
    where,
    `the image of ${quote(name)} is ${quote(describeImage(image))}, and what takes backups is installed with apt; ` +
      'use an image based on Debian',
  );
}

function namedDistribution(image: Image): Distribution {
  if (image.kind === 'built') return 'debian';
  const { tag = '', repository } = image.reference;
  return tag.includes('alpine') || /(?:^|\/)alpine$/.test(repository) ? 'alpine' : 'debian';
}
