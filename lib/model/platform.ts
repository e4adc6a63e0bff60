import type { Construct } from 'constructs';
import type { Policy } from './policy';
import type { Network, NetworkSpec } from './network';
import type { Volume, VolumeSpec } from './volume';
import type { Workload } from './workload';
import type { WorkloadSpec } from './workload-spec';

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
  /** Prepares a stack: providers, assets, settings. Called once for every stack, before anything else. */
  prepare(stack: Construct): void;
  /** Rules that every rendered resource of this platform must follow. */
  readonly policies: readonly Policy[];
  /** Returns a new network of the stack. */
  createNetwork(scope: Construct, id: string, spec: NetworkSpec): Network;
  /** Returns a new named volume of the stack. */
  createVolume(scope: Construct, id: string, spec: VolumeSpec): Volume;
  /** Returns a new workload of the stack. */
  createWorkload(scope: Construct, id: string, spec: WorkloadSpec): Workload;
}
