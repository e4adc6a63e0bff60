import type { Construct } from 'constructs';
import { BackupJob, BackupRepository, ConfigurationError, Secret } from '../../lib';
import type { PostgresService } from '../../lib';

/** Where the backups of MnemoLite go. A volume on the same host always gets them, because it is at hand. */
export interface MnemoLiteBackup {
  /**
   * A bucket that gets them too, as the address of an S3 service and the bucket's name:
   * `https://s3.example.org/mnemolite-backups`. Its credentials are two supplied secrets.
   * @default - none
   */
  readonly bucket?: string;
  /**
   * Restore to any moment of the last week.
   * @default false
   */
  readonly pitr?: boolean;
  /** Why the same host is enough where there is no bucket. */
  readonly acceptSameHost: string;
}

export function addBackup(
  scope: Construct,
  of: PostgresService,
  { bucket, pitr, acceptSameHost }: MnemoLiteBackup,
): BackupJob {
  const elsewhere = bucket === undefined ? [] : [s3(scope, bucket)];
  return new BackupJob(scope, 'Backup', { of, to: [BackupRepository.volume(), ...elsewhere], pitr, acceptSameHost });
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
