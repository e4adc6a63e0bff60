import { IConstruct } from 'constructs';
import { ConfigurationError } from '../values';
import type { Environment } from './environment';
import type { Network, Tier } from './network';
import type { Secret } from './secret';
import type { BackupRecord } from './backup-record';
import type { SecretStore } from './secret-store';
import type { Service } from './service';
import type { SystemSettings } from './system-settings';
import type { Volume } from './volume';
import type { VolumeNames } from './volume-names';

/** What every construct may ask of the stack it stands in. */
export interface StackContext {
  /** The stack itself. */
  readonly root: IConstruct;
  readonly system: string;
  readonly environment: Environment;
  /** Facts about this system in its environment. */
  readonly settings: SystemSettings;
  /** `<system>-<environment>`: first part of every name on the host. */
  readonly stackName: string;
  /** The state file on this machine; undefined where the state is kept elsewhere. */
  readonly localState: string | undefined;
  readonly secretStore: SecretStore;
  /** Whether the app tier reaches other machines. */
  readonly egress: boolean;
  /** Absolute path of the file that `volumeNames` are from. */
  readonly volumesFile: string;
  readonly secrets: readonly Secret[];
  readonly services: readonly Service[];
  /** Data volumes that backups are made of. */
  readonly savedVolumes: readonly Volume[];
  /** Volumes that stand in for those that the program names. */
  readonly volumeNames: VolumeNames;
  /** What takes backups, as a restore needs to know it. */
  readonly backups: readonly BackupRecord[];
  /** The ways in that were noted with `addUrl`. */
  readonly urls: readonly string[];
  /** The network of a tier, made when first asked for. */
  network(tier: Tier): Network;
  addSecret(secret: Secret): void;
  addService(service: Service): void;
  addSavedVolume(volume: Volume): void;
  /** Notes what takes backups, to be asked for once the program is complete. */
  addBackup(record: () => BackupRecord | undefined): void;
  /**
   * Calls back when the program is complete, before anything is rendered, so that the whole stack can be looked at and
   * still be added to. Who asks for it while called back is called after all others: by then they have added their part.
   */
  whenComplete(callback: () => void): void;
  /** Notes a way in that the demo and the docs print: 'http://localhost:8001'. */
  addUrl(url: string): void;
}

const CONTEXT = Symbol.for('docker-constructs/stack-context');

export function provideStackContext(stack: IConstruct, context: StackContext): void {
  Object.defineProperty(stack, CONTEXT, { value: context, enumerable: false });
}

/** The context of a construct that is a stack of this library. */
export function contextAt(construct: IConstruct): StackContext | undefined {
  return (construct as IConstruct & { readonly [CONTEXT]?: StackContext })[CONTEXT];
}

/** The stack's context, looked up from any construct below it. */
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
