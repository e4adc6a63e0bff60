import type { TerraformStack } from 'cdktf';
import type { Environment } from './environment';
import type { SystemSettings } from './system-settings';

/** Settings of one system in one environment. */
export interface EnvironmentStackProps extends SystemSettings {
  /** Name of the system: 'mnemolite'. */
  readonly system: string;
  /** Where the system is deployed. One record serves several systems. */
  readonly environment: Environment;
  /**
   * Function that makes the state backend.
   * @default - a local file `state/<stack>.tfstate` beside the output folder, by a relative path: the checkout may
   * move, and deleting the output folder loses nothing
   */
  readonly backend?: (stack: TerraformStack) => void;
  /**
   * Folder with the values of secrets; never in git.
   * @default '.secrets'
   */
  readonly secretsDirectory?: string;
  /**
   * Folder with age-encrypted secrets; made for git.
   * @default 'secrets'
   */
  readonly encryptedSecretsDirectory?: string;
  /**
   * File that names the data volumes that a restore has put in the place of others; made for git. A destroy always
   * keeps such a volume.
   * @default 'volumes.json'
   */
  readonly volumesFile?: string;
  /**
   * If true, services of the app tier may reach other machines. If false, the network of the app tier is internal: an
   * intruder in an API reaches neither the internet nor a cloud's metadata service. The proxy and backups to other
   * machines still reach them. Changing it replaces the network and the containers that joined it.
   * @default true
   */
  readonly egress?: boolean;
}
