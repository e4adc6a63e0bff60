import type { OptionNames } from '../values';
import type { DataVolumeProps } from './data-volume';
import type { Environment } from './environment';
import type { EnvironmentStackProps } from './environment-stack-props';
import type { SecretProps } from './secret';

export const VOLUME_OPTIONS: OptionNames<DataVolumeProps> = { name: true, acceptNoBackup: true };
export const ENVIRONMENT_FIELDS: OptionNames<Environment> = {
  name: true,
  platform: true,
  tls: true,
  keepData: true,
  sourceMounts: true,
  labels: true,
  pinnedImages: true,
  imageSources: true,
};
export const STACK_OPTIONS: OptionNames<EnvironmentStackProps> = {
  system: true,
  environment: true,
  backend: true,
  secretsDirectory: true,
  encryptedSecretsDirectory: true,
  volumesFile: true,
  egress: true,
  domain: true,
  edge: true,
  expose: true,
  replicas: true,
};
export const SECRET_OPTIONS: OptionNames<SecretProps> = {
  name: true,
  description: true,
  origin: true,
  length: true,
  parts: true,
  source: true,
  file: true,
};
