import type { Construct } from 'constructs';
import { BackupJob, BackupRepository, ConfigurationError, Secret } from '../../lib';
import type { PostgresService } from '../../lib';

/** Destinations of MnemoLite's backups. A volume on the same host always gets them, because it is always available. */
export interface MnemoLiteBackup {
  /**
   * Bucket that gets them too, as the address of an S3 service and the bucket's name:
   * `https://s3.example.org/mnemolite-backups`. Its credentials are two supplied secrets.
   * @default - none
   */
  readonly bucket?: string;
  /**
   * If true, any moment of the last week can be restored.
   * @default false
   */
  readonly pitr?: boolean;
  /** Reason why the same host is enough without a bucket. */
  readonly acceptSameHost: string;
}

export function addBackup(
  scope: Construct,
  source: PostgresService,
  { bucket, pitr, acceptSameHost }: MnemoLiteBackup,
): BackupJob {
  const elsewhere = bucket === undefined ? [] : [s3(scope, bucket)];
  return new BackupJob(scope, 'Backup', {
    source,
    repositories: [BackupRepository.volume(), ...elsewhere],
    pitr,
    acceptSameHost,
  });
}

function s3(scope: Construct, address: string): BackupRepository {
  const [, endpoint, bucket, prefix] = /^(https?:\/\/[^/]+)\/([^/]+)(?:\/(.+))?$/.exec(address) ?? [];
  if (endpoint === undefined || bucket === undefined) {
    throw new ConfigurationError(
      undefined,
      `MNEMOLITE_BACKUP_BUCKET ${JSON.stringify(address)} is no bucket; write for example https://s3.example.org/mnemolite-backups`,
    );
  }
  return BackupRepository.s3({
    endpoint,
    bucket,
    prefix,
    accessKeyId: new Secret(scope, 'BackupAccessKeyId', { origin: 'supplied' }),
    secretAccessKey: new Secret(scope, 'BackupSecretAccessKey', { origin: 'supplied' }),
  });
}
