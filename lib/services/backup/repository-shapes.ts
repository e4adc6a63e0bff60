import { either, FLAG, NUMBER, required, SIZE, TEXT } from '../../values';
import type { OptionShapes } from '../../values';
import { SECRET } from '../../model/stack/option-shapes';
import type {
  DirectoryRepositoryOptions,
  RepositoryName,
  RestRepositoryOptions,
  S3RepositoryOptions,
} from './backup-repository';
import type { SftpRepositoryOptions } from './sftp-repository';

const BANDWIDTH = { uploadPerSecond: SIZE, downloadPerSecond: SIZE };
const REMOTE = { name: TEXT, ...BANDWIDTH };

export const VOLUME_REPOSITORY: OptionShapes<RepositoryName> = { name: TEXT };
export const DIRECTORY_REPOSITORY: OptionShapes<DirectoryRepositoryOptions> = { ...REMOTE, offHost: FLAG };
export const S3_REPOSITORY: OptionShapes<S3RepositoryOptions> = {
  ...REMOTE,
  endpoint: required(TEXT),
  bucket: required(TEXT),
  prefix: TEXT,
  region: TEXT,
  accessKeyId: required(SECRET),
  secretAccessKey: required(SECRET),
};
export const REST_REPOSITORY: OptionShapes<RestRepositoryOptions> = {
  ...REMOTE,
  url: required(TEXT),
  user: required(TEXT),
  password: required(SECRET),
};
export const SFTP_REPOSITORY: OptionShapes<SftpRepositoryOptions> = {
  ...REMOTE,
  host: required(TEXT),
  port: NUMBER,
  user: required(TEXT),
  path: required(TEXT),
  privateKey: required(SECRET),
  knownHosts: required(either(TEXT, SECRET)),
};
