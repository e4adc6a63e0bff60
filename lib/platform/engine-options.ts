import type { OptionNames } from '../values';

/** How one Docker Engine is reached and driven. */
export interface EngineOptions {
  /**
   * Address of the engine: `unix:///…`, `ssh://user@host`, `tcp://…`. Stated, it wins over the operator's shell.
   * @default - DOCKER_HOST of the shell that runs Terraform, else the local socket
   */
  readonly host?: string;
  /**
   * Words for the ssh client, each its own element, for `ssh://` hosts.
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
   * False on hosts whose kernel does not account swap; a memory limit then cannot bound swap.
   * @default true
   */
  readonly swapAccounting?: boolean;
  /**
   * Whether internal networks have no address of the host, so that a database cannot reach what listens on the host. Needs
   * Docker Engine 28; an older engine refuses to make such a network. Changing it replaces the internal networks, and with
   * them the containers that joined them.
   * @default false
   */
  readonly isolatedGateways?: boolean;
  /**
   * Credentials of registries. Passwords are sensitive Terraform variables, set as `TF_VAR_<variable>`. A registry that is
   * listed by its address alone is asked with the login of the docker command.
   * @default - images are pulled without credentials
   */
  readonly registries?: readonly RegistryCredentials[];
  /**
   * Whether Terraform keeps the passwords of `registries` out of saved plans. It then must be Terraform 1.10 or OpenTofu
   * 1.11, or newer. False for older ones, whose saved plans hold the passwords in clear.
   * @default true
   */
  readonly ephemeralPasswords?: boolean;
}

export interface RegistryCredentials {
  /** Host as it stands in image names, with its port: 'ghcr.io', 'docker.io'. */
  readonly address: string;
  /**
   * Name to log in with.
   * @default - the login of the docker command of the person who deploys: `~/.docker/config.json` and the credential helper
   * that it names
   */
  readonly username?: string;
  /**
   * Name of the Terraform variable that carries the password; several registries may share one. Stated with `username`.
   * @default - as for `username`
   */
  readonly passwordVariable?: string;
}

export const ENGINE_OPTIONS: OptionNames<EngineOptions> = {
  host: true,
  sshOptions: true,
  certificates: true,
  providerVersion: true,
  swapAccounting: true,
  isolatedGateways: true,
  registries: true,
  ephemeralPasswords: true,
};
