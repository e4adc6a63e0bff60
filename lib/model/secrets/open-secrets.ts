import { resolve } from 'node:path';
import type { EnvironmentStackProps } from '../stack/environment-stack-props';
import { SecretStore } from './secret-store';

/** Opens the folders with the values of a stack's secrets. */
export function openSecrets(stackName: string, props: EnvironmentStackProps): SecretStore {
  return new SecretStore({
    directory: resolve(props.secretsDirectory ?? '.secrets', stackName),
    encryptedDirectory: resolve(props.encryptedSecretsDirectory ?? 'secrets', stackName),
  });
}
