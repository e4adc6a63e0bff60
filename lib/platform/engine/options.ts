import { FLAG, listOf, options, required, TEXT, TEXTS } from '../../values';
import type { OptionShapes } from '../../values';

/** Address and settings of one Docker Engine. */
export interface EngineOptions {
  /**
   * Address of the engine: `unix:///…`, `ssh://user@host`, `tcp://…`. It overrides the operator's shell.
   * @default - DOCKER_HOST of the shell that runs Terraform, else the local socket
   */
  readonly host?: string;
  /**
   * Arguments of the ssh client, one per element, for `ssh://` hosts.
   * @default - none
   */
  readonly sshOptions?: readonly string[];
  /**
   * Directory with ca.pem, cert.pem and key.pem for `tcp://` hosts.
   * @default - none
   */
  readonly certificates?: string;
  /**
   * Version of the Terraform provider kreuzwerker/docker, replacing the pin of the bindings.
   * @default '3.6.2'
   */
  readonly providerVersion?: string;
  /**
   * If true, the kernel of the host accounts swap. If false, a memory limit does not limit swap. A change replaces the
   * containers.
   * @default true
   */
  readonly swapAccounting?: boolean;
  /**
   * If true, internal networks have no address of the host, so that a database cannot reach programs that listen on it.
   * Needs Docker Engine 28; an older engine refuses to make such a network. Changing it replaces the internal networks,
   * and with them the containers that joined them.
   * @default false
   */
  readonly isolatedGateways?: boolean;
  /**
   * Credentials of registries. Passwords are sensitive Terraform variables, set as `TF_VAR_<variable>`. A registry with
   * only an address uses the login of the docker command.
   * @default - images are pulled without credentials
   */
  readonly registries?: readonly RegistryCredentials[];
  /**
   * If true, Terraform keeps the passwords of `registries` out of saved plans. This needs Terraform 1.10 or OpenTofu
   * 1.11, or newer. Set it to false for older ones, whose saved plans hold the passwords in clear.
   * @default true
   */
  readonly ephemeralPasswords?: boolean;
}

/** Login of a registry. */
export interface RegistryCredentials {
  /** Host in image names, with its port: 'ghcr.io', 'docker.io'. */
  readonly address: string;
  /**
   * User that logs in.
   * @default - the login of the docker command of the person who deploys: `~/.docker/config.json` and the credential
   * helper that it names
   */
  readonly username?: string;
  /**
   * Name of the Terraform variable with the password; several registries may share one. Set together with `username`.
   * @default - as for `username`
   */
  readonly passwordVariable?: string;
}

export const ENGINE_OPTIONS: OptionShapes<EngineOptions> = {
  host: TEXT,
  sshOptions: TEXTS,
  certificates: TEXT,
  providerVersion: TEXT,
  swapAccounting: FLAG,
  isolatedGateways: FLAG,
  registries: listOf(
    options({ address: required(TEXT), username: TEXT, passwordVariable: TEXT }),
    "objects such as { address: 'ghcr.io' }",
  ),
  ephemeralPasswords: FLAG,
};
