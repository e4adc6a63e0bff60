import { assertLine, assertOptions, ConfigurationError, factory, quote } from '../../values';
import type { Secret } from '../../model/secrets/secret';
import { bandwidthOptions } from './bandwidth';
import type { Bandwidth } from './bandwidth';
import {
  DIRECTORY_REPOSITORY,
  REST_REPOSITORY,
  S3_REPOSITORY,
  SFTP_REPOSITORY,
  VOLUME_REPOSITORY,
} from './repository-shapes';
import { sftpRepository } from './sftp-repository';
import type { SftpRepositoryOptions } from './sftp-repository';

/**
 * Destination of backups: a volume, a directory, S3, a REST server or SFTP. If a job has several, each gets every
 * backup.
 */
export interface BackupRepository {
  /** Name in messages, metrics and of the key's secret; unique in the job. */
  readonly name: string;
  /**
   * Address in restic's form. Secrets belong into `secrets`: restic's messages repeat the address. `{KEY}` stands for
   * the secret of that name, escaped for an address.
   */
  readonly url: string;
  /** True if the repository is not on the host whose data it saves. */
  readonly offHost: boolean;
  /** Secrets that restic reads from its environment, by the names of the variables. */
  readonly secrets: Readonly<Record<string, Secret>>;
  /**
   * Variables of restic that are not secret.
   * @default - none
   */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * Contents of private files by name. In the options, `{KEY}` is the path of the file with that name.
   * @default - nothing
   */
  readonly files?: Readonly<Record<string, string | Secret>>;
  /** Further options of restic. */
  readonly options: readonly string[];
  /**
   * Place on the host to mount.
   * @default - none, it is reached over the network
   */
  readonly local?: { readonly kind: 'volume' | 'directory'; readonly source: string };
}

/** Name of a repository. */
export interface RepositoryName {
  /**
   * Name in messages, metrics and of the key's secret; unique in the job. After a change, the job needs a key of the
   * new name.
   * @default - 'local', 's3', 'rest', 'sftp'
   */
  readonly name?: string;
}

/** Options of a repository in a directory of the host. */
export interface DirectoryRepositoryOptions extends RepositoryName, Bandwidth {
  /**
   * If true, the directory belongs to another machine, for example an NFS or SMB mount.
   * @default false
   */
  readonly offHost?: boolean;
}

/** Options of a repository in an S3 bucket. */
export interface S3RepositoryOptions extends RepositoryName, Bandwidth {
  /** Address of the service, for example `https://s3.eu-central-1.example.org`. */
  readonly endpoint: string;
  /** Name of the bucket. */
  readonly bucket: string;
  /**
   * Path in the bucket.
   * @default - the bucket itself
   */
  readonly prefix?: string;
  /**
   * Region of the bucket.
   * @default - the service's own default
   */
  readonly region?: string;
  /** Id of the access key. */
  readonly accessKeyId: Secret;
  /** Secret of the access key. */
  readonly secretAccessKey: Secret;
}

/** Options of a repository on a restic REST server. */
export interface RestRepositoryOptions extends RepositoryName, Bandwidth {
  /** Address of a restic REST server, for example `https://backup.example.org/shop`. */
  readonly url: string;
  /** User that logs in to the server. */
  readonly user: string;
  /** Password of that user. */
  readonly password: Secret;
}

export const BackupRepository = {
  /** Returns a repository in a volume on the same host. It survives the stack, but not the loss of the host. */
  volume(options: RepositoryName = {}): BackupRepository {
    assertOptions(factory('BackupRepository.volume'), options, VOLUME_REPOSITORY);
    const name = options.name ?? 'local';
    return local(name, { kind: 'volume', source: name }, false);
  },

  /**
   * Returns a repository in a directory of the host. The user that takes the backups must own it: the database image's
   * user or, for a volume, a user that can read it.
   */
  directory(source: string, options: DirectoryRepositoryOptions = {}): BackupRepository {
    assertOptions(factory('BackupRepository.directory'), options, DIRECTORY_REPOSITORY);
    const place = local(options.name ?? 'local', { kind: 'directory', source }, options.offHost ?? false);
    return { ...place, options: bandwidthOptions(options) };
  },

  /** Returns a repository in a bucket of S3, MinIO, R2, B2 or a similar service. */
  s3(options: S3RepositoryOptions): BackupRepository {
    assertOptions(factory('BackupRepository.s3'), options, S3_REPOSITORY);
    const endpoint = httpAddress('endpoint', options.endpoint);
    const path = [options.bucket, ...(options.prefix === undefined ? [] : [options.prefix])].join('/');
    return {
      name: options.name ?? 's3',
      url: `s3:${endpoint}/${path}`,
      offHost: true,
      secrets: { AWS_ACCESS_KEY_ID: options.accessKeyId, AWS_SECRET_ACCESS_KEY: options.secretAccessKey },
      options: [
        ...(options.region === undefined ? [] : ['-o', `s3.region=${options.region}`]),
        ...bandwidthOptions(options),
      ],
    };
  },

  /** Returns a repository on a restic REST server. An `--append-only` server cannot apply the retention. */
  rest(options: RestRepositoryOptions): BackupRepository {
    assertOptions(factory('BackupRepository.rest'), options, REST_REPOSITORY);
    const address = httpAddress('url', options.url);
    assertLine(undefined, 'user of a REST repository', options.user);
    return {
      name: options.name ?? 'rest',
      url: `rest:${address}`,
      offHost: true,
      secrets: { RESTIC_REST_PASSWORD: options.password },
      environment: { RESTIC_REST_USERNAME: options.user },
      options: bandwidthOptions(options),
    };
  },

  /** Returns a repository in a directory of a machine that is reached by SSH; its host key must be known. */
  sftp(options: SftpRepositoryOptions): BackupRepository {
    assertOptions(factory('BackupRepository.sftp'), options, SFTP_REPOSITORY);
    return sftpRepository(options);
  },
};

function local(
  name: string,
  place: { readonly kind: 'volume' | 'directory'; readonly source: string },
  offHost: boolean,
): BackupRepository {
  return { name, url: `/repositories/${name}`, offHost, secrets: {}, options: [], local: place };
}

function httpAddress(what: string, text: string): string {
  const trimmed = text.replace(/\/+$/, '');
  if (URL.canParse(trimmed) && /^https?:\/\/[^/@{}]+(?:\/[^{}?#]*)?$/.test(trimmed)) return trimmed;
  throw new ConfigurationError(
    undefined,
    `repository ${what} must be an address such as "https://backup.example.org/shop" without a user, got ${quote(text)}`,
  );
}
