import {
  checked,
  FLAG,
  listOf,
  NUMBER,
  NUMBERS_BY_NAME,
  oneOf,
  options,
  required,
  TEXT,
  TEXTS_BY_NAME,
  TLS,
} from '../../values';
import type { OptionShapes, Shape } from '../../values';
import type { DataVolumeProps } from '../workload/data-volume';
import type { ConnectOptions } from '../workload/service';
import type { Environment } from './environment';
import type { EnvironmentStackProps } from './environment-stack-props';
import type { Secret, SecretPart, SecretProps } from '../secrets/secret';

export const CONNECT_OPTIONS: OptionShapes<ConnectOptions> = {
  access: oneOf('owner', 'readWrite', 'readOnly', 'monitor'),
  connectionLimit: NUMBER,
  alias: TEXT,
  export: TEXTS_BY_NAME,
};

/** Shape of a `Secret`, known by its origin. */
export const SECRET: Shape<Secret> = {
  expected: 'a `Secret`',
  advice: "write `new Secret(this, 'Name', { origin: 'supplied' })`, and give its value to the command `secrets`",
  fits: (value) => typeof value === 'object' && value !== null && 'origin' in value,
};
const PART: Shape<SecretPart> = {
  expected: 'a string or an object such as { secret }',
  fits: (value) => typeof value === 'string' || (typeof value === 'object' && value !== null && 'secret' in value),
};

export const VOLUME_OPTIONS: OptionShapes<DataVolumeProps> = { name: TEXT, acceptNoBackup: TEXT };
export const ENVIRONMENT_FIELDS: OptionShapes<Environment> = {
  name: required(TEXT),
  platform: required(checked()),
  tls: TLS,
  keepData: FLAG,
  sourceMounts: FLAG,
  labels: TEXTS_BY_NAME,
  requireImageDigests: FLAG,
  imageMirrors: TEXTS_BY_NAME,
};
export const STACK_OPTIONS: OptionShapes<EnvironmentStackProps> = {
  system: required(TEXT),
  environment: required(checked()),
  backend: { expected: 'a function that gets the stack', fits: (value) => typeof value === 'function' },
  secretsDirectory: TEXT,
  encryptedSecretsDirectory: TEXT,
  volumesFile: TEXT,
  egress: FLAG,
  domain: TEXT,
  edge: options({ address: TEXT, http: NUMBER, https: NUMBER }),
  expose: NUMBERS_BY_NAME,
  replicas: NUMBERS_BY_NAME,
};
export const SECRET_OPTIONS: OptionShapes<SecretProps> = {
  name: TEXT,
  description: TEXT,
  origin: oneOf('generated', 'supplied', 'derived', 'bcrypt', 'file'),
  length: NUMBER,
  parts: listOf(PART, 'strings and secrets'),
  source: SECRET,
  file: TEXT,
};
