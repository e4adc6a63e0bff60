import type { Construct } from 'constructs';
import type { Policy } from './policy';
import type { Network, NetworkSpec } from './network';
import type { Volume, VolumeSpec } from './volume';
import type { Workload } from './workload';
import type { WorkloadSpec } from './workload-spec';

/**
 * The seam between what should run and what runs it. An environment has one; it makes every network, volume and
 * workload of its stack and renders each field of their specs or throws.
 */
export interface Platform {
  /** Name for messages: 'Docker Engine'. */
  readonly name: string;
  /**
   * Where it runs, as far as the program says. Stacks of one place share its ports and names.
   * @default - not known; only stacks of one and the same platform object share them
   */
  readonly place?: string;
  /** Called once for every stack, before anything else: providers, assets, settings. */
  prepare(stack: Construct): void;
  /** Rules that everything rendered for this platform has to keep. */
  readonly policies: readonly Policy[];
  createNetwork(scope: Construct, id: string, spec: NetworkSpec): Network;
  createVolume(scope: Construct, id: string, spec: VolumeSpec): Volume;
  createWorkload(scope: Construct, id: string, spec: WorkloadSpec): Workload;
}
