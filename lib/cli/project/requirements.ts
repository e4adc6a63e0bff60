import { ConfigurationError } from '../../values';
import { EngineAddress, isLocal } from '../engine/engine-address';
import { HostPort, hostPorts, ListedContainer, TakenPort } from '../engine/host-ports';
import { lostState } from '../terraform/local-state';
import { isOldNode, LEAST_NODE } from './node-version';
import { apiRequirement } from '../engine/provider-api';
import { providerNames } from '../terraform/provider-check';
import type { Requirement } from './requirement';
import type { SynthesizedStack } from './synthesized-stack';
import { isNewEnough, TerraformProgram } from '../terraform/terraform-program';

/** The oldest OpenTofu with `lifecycle` in `removed` blocks. The document itself states the oldest Terraform. */
const OPENTOFU = '>= 1.10.0';

/** Functions by which the checks examine the machine; each test has its own. */
export interface Machine {
  readonly nodeVersion: string;
  /** Returns the engine's version. Throws with the reason when no engine answers. */
  readonly askEngineVersion: () => Promise<string>;
  /** Returns the oldest version of the API that the engine accepts. */
  readonly askOldestApi: () => Promise<string>;
  readonly listContainers: () => Promise<readonly ListedContainer[]>;
  readonly findTerraform: () => TerraformProgram | undefined;
  /** Returns the reason why Terraform cannot get the stack's providers; undefined if it can. */
  readonly providerProblem: (terraform: TerraformProgram) => string | undefined;
  readonly takenPorts: (
    wanted: readonly HostPort[],
    containers: readonly ListedContainer[],
  ) => Promise<readonly TakenPort[]>;
}

/** Checks everything that a deploy of the stack needs from this machine. */
export async function checkRequirements(
  stack: SynthesizedStack,
  address: EngineAddress,
  machine: Machine,
): Promise<readonly Requirement[]> {
  const engine = await engineRequirement(address, machine);
  const terraform = machine.findTerraform();
  const program = terraformRequirement(stack, terraform);
  const containers = engine.state === 'found' ? await machine.listContainers() : undefined;
  return [
    nodeRequirement(machine.nodeVersion),
    engine,
    ...(engine.state === 'found' ? apiRequirement(stack, await machine.askOldestApi()) : []),
    program,
    providerRequirement(stack, program.state === 'found' ? terraform : undefined, machine),
    ...stateRequirement(stack, containers),
    ...(await portsRequirement(stack, address, containers, machine)),
  ];
}

function nodeRequirement(version: string): Requirement {
  if (!isOldNode(version)) return { name: 'Node', state: 'found', detail: version };
  return {
    name: 'Node',
    state: 'missing',
    detail: `${version} is too old`,
    remedy: `Node ${LEAST_NODE} or newer: https://nodejs.org`,
  };
}

/** Checks whether an engine answers at an address. */
export async function engineRequirement(address: EngineAddress, machine: Machine): Promise<Requirement> {
  const name = 'Docker Engine';
  const where = `${address.host} (${address.origin})`;
  try {
    return { name, state: 'found', detail: `${await machine.askEngineVersion()} at ${where}` };
  } catch (error) {
    const reason = error as { readonly message: string; readonly code?: string };
    const detail = `none answers at ${where}: ${reason.message}`;
    return { name, state: 'missing', detail, remedy: engineRemedy(reason.code) };
  }
}

function engineRemedy(code: string | undefined): string {
  if (code === 'EACCES') {
    return 'the engine is there, but you may not use it: sudo usermod -aG docker "$USER", then log out and in';
  }
  return 'start Docker, or install it: https://docs.docker.com/engine/install; for an engine elsewhere set DOCKER_HOST';
}

function terraformRequirement(stack: SynthesizedStack, terraform: TerraformProgram | undefined): Requirement {
  const name = 'Terraform or OpenTofu';
  const least = stack.document.terraform?.required_version ?? '>= 1.7.0';
  const remedy =
    `Terraform ${least} or OpenTofu ${OPENTOFU}: https://developer.hashicorp.com/terraform/install or ` +
    'https://opentofu.org/docs/intro/install; one that is not in PATH is named by TERRAFORM_BINARY_NAME';
  if (terraform === undefined) return { name, state: 'missing', detail: 'none runs', remedy };
  const detail = `${terraform.command} ${terraform.version}`;
  const constraint = terraform.product === 'OpenTofu' && stack.manifest !== undefined ? OPENTOFU : least;
  if (isNewEnough(terraform.version, constraint)) return { name, state: 'found', detail };
  return { name, state: 'missing', detail: `${detail} is too old`, remedy };
}

/**
 * Returns the program that applies stacks.
 *
 * @throws ConfigurationError when there is none, or it is too old for one of them
 */
export function requireTerraform(
  stacks: readonly SynthesizedStack[],
  terraform: TerraformProgram | undefined,
): TerraformProgram {
  const wanted = stacks.map((stack) => terraformRequirement(stack, terraform));
  const absent = wanted.find(({ state }) => state !== 'found');
  if (terraform !== undefined && absent === undefined) return terraform;
  const { name, detail, remedy } = absent ?? {
    name: 'Terraform or OpenTofu',
    detail: 'none runs',
    remedy: 'install one',
  };
  throw new ConfigurationError(undefined, `${name}: ${detail}; get ${remedy}`);
}

function providerRequirement(
  { document }: SynthesizedStack,
  terraform: TerraformProgram | undefined,
  machine: Machine,
): Requirement {
  const name = 'Terraform provider';
  const wanted = providerNames(document);
  if (terraform === undefined) return { name, state: 'unknown', detail: `${wanted} is fetched by Terraform` };
  const problem = machine.providerProblem(terraform);
  if (problem === undefined) return { name, state: 'found', detail: wanted };
  const remedy = providerRemedy(terraform, wanted);
  return { name, state: 'missing', detail: `${wanted} cannot be had: ${problem}`, remedy };
}

/**
 * Returns instructions to install a provider. Both programs look into the same local folders, below the host name of
 * their own registry.
 */
function providerRemedy({ product }: TerraformProgram, wanted: string): string {
  const registry = product === 'OpenTofu' ? 'registry.opentofu.org' : 'registry.terraform.io';
  const [source = '', version] = wanted.split(' ');
  const archive = `terraform-provider-${source.split('/').at(-1)}_${version}_<os>_<arch>.zip`;
  return `a connection to ${registry}, or ${archive} of its releases in ~/.terraform.d/plugins/${registry}/${source}`;
}

function stateRequirement(
  stack: SynthesizedStack,
  containers: readonly ListedContainer[] = [],
): readonly Requirement[] {
  const file = lostState(stack, containers);
  if (file === undefined) return [];
  const detail = `${stack.name} runs on this engine, and its state is not in ${file}`;
  const remedy = 'use the checkout that it was deployed from, destroy it from there, or bring its state file here';
  return [{ name: 'Terraform state', state: 'missing', detail, remedy }];
}

async function portsRequirement(
  stack: SynthesizedStack,
  address: EngineAddress,
  containers: readonly ListedContainer[] | undefined,
  machine: Machine,
): Promise<readonly Requirement[]> {
  const wanted = hostPorts(stack.manifest?.services ?? []);
  if (wanted.length === 0) return [];
  const name = 'Host ports';
  const all = wanted.map(({ port }) => port).join(', ');
  if (containers === undefined && !isLocal(address))
    return [{ name, state: 'unknown', detail: `${all} are the engine's to give` }];
  const taken = await machine.takenPorts(wanted, containers ?? []);
  if (taken.length === 0) return [{ name, state: 'found', detail: all }];
  return [{ name, state: 'missing', detail: taken.map(describe).join('; '), remedy: PORTS_REMEDY }];
}

const PORTS_REMEDY =
  'stop what has the port, or give the environment other ports (its `edge` and `expose`, `logDriver` of its MonitoringStack)';

function describe({ port, holder, service }: TakenPort): string {
  return `${port}, wanted by ${service}, is taken by ${holder}`;
}
