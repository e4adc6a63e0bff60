import type { Construct } from 'constructs';
import type { PlatformCommands } from '../../values';
import type { ContainerPatterns, LogDelivery } from './observed-platform';
import type { Policy } from './policy';
import type { Network, NetworkSpec, Tier } from '../workload/network';
import type { Volume, VolumeSpec } from '../workload/volume';
import type { Workload } from '../workload/workload';
import type { WorkloadSpec } from '../workload/workload-spec';

/** Service whose deployed containers a platform looks up. */
export interface DeployedService {
  /** Host name of the service. */
  readonly hostname: string;
  /** Name on the host of a volume that its containers mount. */
  readonly volume: string;
}

/**
 * The seam between the constructs and the system that runs them. An environment has one platform. It makes every
 * network, volume and workload of its stacks, and renders each field of their specs or throws.
 */
export interface Platform {
  /** Name for messages: 'Docker Engine'. */
  readonly name: string;
  /**
   * Machine of the platform, if known. Stacks with the same place share its ports and names.
   * @default - not known; only stacks of one and the same platform object share them
   */
  readonly place?: string;
  /** Address on which a published port is open to programs of the host alone. */
  readonly localAddress: string;
  /** Commands for texts that advise an operator. */
  readonly commands: PlatformCommands;
  /** Delivery of log lines to a collector. */
  readonly logs: LogDelivery;
  /** Rules that every rendered resource of this platform must follow. */
  readonly policies: readonly Policy[];
  /** Prepares a stack: providers, assets, settings. Called once for every stack, before anything else. */
  prepare(stack: Construct): void;
  /** Returns a new network of the stack. */
  createNetwork(scope: Construct, id: string, spec: NetworkSpec): Network;
  /** Returns a new named volume of the stack. */
  createVolume(scope: Construct, id: string, spec: VolumeSpec): Volume;
  /** Returns a new workload of the stack. */
  createWorkload(scope: Construct, id: string, spec: WorkloadSpec): Workload;
  /** Returns the tier that a workload must join to publish ports, or undefined if its own network publishes them. */
  tierToPublish(network: Network): Tier | undefined;
  /** Returns how the kernel's figures name the containers of a stack, for workloads that are `measured`. */
  containerPatterns(stackName: string): ContainerPatterns;
  /**
   * Returns the labels of the containers that the last deploy made, as far as this machine knows. They are undefined
   * before the first deploy, and where the state is kept elsewhere.
   * @param scope any construct of the stack
   */
  deployedLabels(scope: Construct, service: DeployedService): ReadonlyMap<string, string> | undefined;
}
