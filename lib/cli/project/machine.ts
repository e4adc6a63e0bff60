import type { ChildEnvironment } from '../terraform/child-environment';
import { EngineAddress, isLocal } from '../engine/engine-address';
import { askEngine } from '../engine/engine-request';
import { isFreeHere, ListedContainer, takenPorts } from '../engine/host-ports';
import { providerProblem } from '../terraform/provider-check';
import type { Machine } from './requirements';
import type { SynthesizedStack } from './synthesized-stack';
import { findTerraform } from '../terraform/terraform-program';

/** Timeout in milliseconds for an engine on this machine, or a remote one. */
const NEAR = 5_000;
const FAR = 20_000;

/** Returns the machine that this program runs on, and the engine at an address. */
export function thisMachine(
  stack: SynthesizedStack,
  address: EngineAddress,
  variables: ChildEnvironment['variables'],
): Machine {
  const options = { timeout: isLocal(address) ? NEAR : FAR, environment: variables };
  const ask = async <T>(request: string): Promise<T> => JSON.parse(await askEngine(address, request, options)) as T;
  return {
    nodeVersion: process.versions.node,
    askEngineVersion: async () => (await ask<{ readonly Version: string }>('/version')).Version,
    askOldestApi: async () => (await ask<{ readonly MinAPIVersion?: string }>('/version')).MinAPIVersion ?? '1.24',
    listContainers: () => ask<readonly ListedContainer[]>('/containers/json').catch(() => []),
    findTerraform: () => findTerraform(variables),
    providerProblem: (terraform) => providerProblem(stack.document, terraform, variables),
    takenPorts: (wanted, containers) =>
      takenPorts(stack.name, wanted, containers, isLocal(address) ? isFreeHere : async () => true),
  };
}
