import { assertLine, ConfigurationError, quoted } from '../../values';
import type { Secret } from '../../model/secret';
import { bandwidthOptions } from './bandwidth';
import type { Bandwidth } from './bandwidth';
import { sftpRepository } from './sftp-repository';
import type { SftpRepositoryOptions } from './sftp-repository';

/** Where backups go. Several repositories each get every backup. */
export interface BackupRepository {
  /** Name in messages, metrics and of the key's secret; unique in the job. */
  readonly name: string;
  /**
   * restic's address of it. Secrets belong into `secrets`: restic's messages repeat the address. `{KEY}` stands for the
   * secret of that name, escaped for an address.
   */
  readonly url: string;
  /** Whether it is beyond the host whose data it saves. */
  readonly offHost: boolean;
  /** Secrets that restic finds in its environment, by the names of the variables. */
  readonly secrets: Readonly<Record<string, Secret>>;
  /**
   * Variables of restic that are not secret.
   * @default - none
   */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * What has to lie in a file that only its reader may read; `{KEY}` in the options is the path of the one of that name.
   * @default - nothing
   */
  readonly files?: Readonly<Record<string, string | Secret>>;
  /** Further options of restic. */
  readonly options: readonly string[];
  /**
   * A place on the host that has to be mounted.
   * @default - none, it is reached over the network
   */
  readonly local?: { readonly kind: 'volume' | 'directory'; readonly source: string };
}

export interface RepositoryName {
  /**
   * Name in messages, metrics and of the key's secret; unique in the job. Changing it makes the job ask for a key of the
   * new name.
   * @default - 'local', 's3', 'rest', 'sftp'
   */
  readonly name?: string;
}

export interface DirectoryRepositoryOptions extends RepositoryName, Bandwidth {
  /**
   * Whether the directory is another machine's: an NFS or SMB mount, say.
   * @default false
   */
  readonly offHost?: boolean;
}

export interface S3RepositoryOptions extends RepositoryName, Bandwidth {
  /** Address of the service, for example `https://s3.eu-central-1.example.org`. */
  readonly endpoint: string;
  readonly bucket: string;
  /** @default - the bucket itself */
  readonly prefix?: string;
  /** @default - the service's own default */
  readonly region?: string;
  readonly accessKeyId: Secret;
  readonly secretAccessKey: Secret;
}

export interface RestRepositoryOptions extends RepositoryName, Bandwidth {
  /** Address of a restic REST server, for example `https://backup.example.org/shop`. */
  readonly url: string;
  readonly user: string;
  readonly password: Secret;
}

export const BackupRepository = {
  /** A volume on the same host. It survives the stack, and nothing that happens to the host. */
  volume(options: RepositoryName = {}): BackupRepository {
    const name = options.name ?? 'local';
    return local(name, { kind: 'volume', source: name }, false);
  },

  /** A directory of the host, which has to belong to whom backups run as: the user of the database's image, or for a volume who can read it. */
  directory(source: string, options: DirectoryRepositoryOptions = {}): BackupRepository {
    const place = local(options.name ?? 'local', { kind: 'directory', source }, options.offHost ?? false);
    return { ...place, options: bandwidthOptions(options) };
  },

  /** A bucket of S3, MinIO, R2, B2 and the like. */
  s3(options: S3RepositoryOptions): BackupRepository {
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

  /** A restic REST server; one that only takes new data (`--append-only`) cannot apply the retention. */
  rest(options: RestRepositoryOptions): BackupRepository {
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

  /** A directory of a machine that is reached by SSH; its host key has to be known. */
  sftp(options: SftpRepositoryOptions): BackupRepository {
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
    `repository ${what} must be an address such as "https://backup.example.org/shop" without a user, got ${quoted(text)}`,
  );
}
