import { TerraformStack, TerraformVariable } from 'cdktf';
import type { DockerProviderRegistryAuth } from '@cdktf/provider-docker/lib/provider';
import { ConfigurationError, quote } from '../../values';
import type { RegistryCredentials } from './options';
import { expression } from '../shared/terraform-text';

const ADDRESS = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[A-Fa-f0-9:]+\])(?::\d{1,5})?$/;
const VARIABLE = /^[A-Za-z][A-Za-z0-9_]*$/;
/** Names that Terraform reserves. */
const RESERVED = ['source', 'version', 'providers', 'count', 'for_each', 'lifecycle', 'depends_on', 'locals'];

/** Address by which the provider looks up Docker Hub, by the Hub's names in image references. */
const HUB = 'registry-1.docker.io';
const HUB_NAMES = ['docker.io', 'index.docker.io'];

/**
 * File in which the docker command keeps its logins, or names the program that keeps them. The provider would look for
 * the home folder in the system's list of users; Terraform takes HOME, as the docker command does.
 */
const DOCKER_CONFIG = '${pathexpand("~/.docker/config.json")}';

/** Refuses an invalid address of a registry, and incomplete credentials. */
export function assertRegistries(registries: readonly RegistryCredentials[]): void {
  for (const registry of registries) {
    assertAddress(registry.address);
    assertVariable(registry);
    assertBoth(registry);
  }
  const addresses = registries.map(({ address }) => address);
  const repeated = addresses.find((address, index) => addresses.indexOf(address) !== index);
  if (repeated === undefined) return;
  throw new ConfigurationError(undefined, `registry ${quote(repeated)} is listed twice; keep one of them`);
}

/** Returns the blocks of the provider. One variable may be the password of several registries. */
export function registryBlocks(
  stack: TerraformStack,
  registries: readonly RegistryCredentials[],
  isEphemeral: boolean,
): DockerProviderRegistryAuth[] {
  const variables = new Map<string, TerraformVariable>();
  return registries.map(({ address, username, passwordVariable }) => {
    const place = { address: HUB_NAMES.includes(address) ? HUB : address };
    if (username === undefined || passwordVariable === undefined)
      return { ...place, configFile: expression(DOCKER_CONFIG) };
    const variable = variables.get(passwordVariable) ?? passwordOf(stack, passwordVariable, isEphemeral);
    variables.set(passwordVariable, variable);
    return { ...place, username: username, password: variable.stringValue };
  });
}

/** Returns the variable of a password, below an id that no construct of the program can have. */
function passwordOf(stack: TerraformStack, name: string, isEphemeral: boolean): TerraformVariable {
  const variable = new TerraformVariable(stack, `RegistryPassword-${name}`, { type: 'string', sensitive: true });
  variable.overrideLogicalId(name);
  // The bindings do not know it yet.
  if (isEphemeral) variable.addOverride('ephemeral', true);
  return variable;
}

function assertAddress(address: string): void {
  if (typeof address === 'string' && ADDRESS.test(address)) return;
  throw new ConfigurationError(
    undefined,
    `address of a registry must be its host with its port, as image names begin, without a scheme and a path: "ghcr.io", ` +
      `got ${quote(address)}`,
  );
}

function assertBoth({ address, username, passwordVariable }: RegistryCredentials): void {
  const stated = [username, passwordVariable].filter((one) => one !== undefined);
  if (stated.length === 0 || (stated.length === 2 && stated.every((one) => typeof one === 'string' && one !== '')))
    return;
  throw new ConfigurationError(
    undefined,
    `registry ${quote(address)} must have a \`username\` and a \`passwordVariable\`, or neither, for the login of the docker ` +
      `command; got ${quote(username)} and ${quote(passwordVariable)}`,
  );
}

function assertVariable({ passwordVariable }: RegistryCredentials): void {
  if (passwordVariable === undefined) return;
  if (VARIABLE.test(passwordVariable) && !RESERVED.includes(passwordVariable)) return;
  throw new ConfigurationError(
    undefined,
    `Engine passwordVariable must be letters, digits and "_", beginning with a letter, and not one of ` +
      `${RESERVED.join(', ')}, got ${quote(passwordVariable)}; write for example "registry_password"`,
  );
}
