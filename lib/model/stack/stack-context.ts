import { IConstruct } from 'constructs';
import { ConfigurationError } from '../../values';
import type { Environment } from './environment';
import type { Network, Tier } from '../workload/network';
import type { Secret } from '../secrets/secret';
import type { BackupRecord } from './backup-record';
import type { SecretStore } from '../secrets/secret-store';
import type { Service } from '../workload/service';
import type { SystemSettings } from './system-settings';
import type { Volume } from '../workload/volume';
import type { VolumeNames } from '../workload/volume-names';

/** Facts and functions of a stack for every construct in it. */
export interface StackContext {
  /** The stack itself. */
  readonly root: IConstruct;
  /** Name of the system. */
  readonly system: string;
  /** The environment of the stack. */
  readonly environment: Environment;
  /** Facts about this system in its environment. */
  readonly settings: SystemSettings;
  /** `<system>-<environment>`: first part of every name on the host. */
  readonly stackName: string;
  /** The state file on this machine; undefined if the state is kept elsewhere. */
  readonly localState: string | undefined;
  /** Names and fingerprints of the stack's secret values. */
  readonly secretStore: SecretStore;
  /** True if the app tier reaches other machines. */
  readonly egress: boolean;
  /** Absolute path of the file with the `volumeNames`. */
  readonly volumesFile: string;
  /** All secrets of the stack. */
  readonly secrets: readonly Secret[];
  /** All services of the stack, in the order of the program. */
  readonly services: readonly Service[];
  /** Data volumes that have a backup. */
  readonly backedUpVolumes: readonly Volume[];
  /** Volumes that stand in for those that the program names. */
  readonly volumeNames: VolumeNames;
  /** Backups of the stack, as a restore needs to know them. */
  readonly backups: readonly BackupRecord[];
  /** Addresses of the system that were added with `addUrl`. */
  readonly urls: readonly string[];
  /** Returns the network of a tier, and makes it on the first call. */
  network(tier: Tier): Network;
  /**
   * Adds a secret.
   * @throws ConfigurationError if another secret has its name
   */
  addSecret(secret: Secret): void;
  /** Adds a service. */
  addService(service: Service): void;
  /** Notes a volume that has a backup. */
  addBackedUpVolume(volume: Volume): void;
  /** Adds a backup. The function is called once the program is complete. */
  addBackup(record: () => BackupRecord | undefined): void;
  /**
   * Calls back when the program is complete, before anything is rendered. The callback may look at the whole stack and
   * still add to it. A callback that is added during a callback runs after all others.
   */
  beforeRender(callback: () => void): void;
  /** Adds an address that the demo and the outputs print: 'http://localhost:8001'. */
  addUrl(url: string): void;
}

const CONTEXT = Symbol.for('docker-constructs/stack-context');

export function provideStackContext(stack: IConstruct, context: StackContext): void {
  Object.defineProperty(stack, CONTEXT, { value: context, enumerable: false });
}

/** Returns the context of a construct that is a stack of this library. */
export function contextAt(construct: IConstruct): StackContext | undefined {
  return (construct as IConstruct & { readonly [CONTEXT]?: StackContext })[CONTEXT];
}

/** Returns the stack's context, from any construct below it. */
export function stackContext(construct: IConstruct): StackContext {
  for (let at: IConstruct | undefined = construct; at !== undefined; at = at.node.scope) {
    const context = contextAt(at);
    if (context !== undefined) return context;
  }
  throw new ConfigurationError(
    construct,
    'stands in no EnvironmentStack; make one (`new EnvironmentStack(app, { system, environment })`) and give it, or a construct in it, as scope',
  );
}
