import { resolve } from 'node:path';
import type { IConstruct } from 'constructs';
import { ConfigurationError, quote } from '../../values';
import { openSecrets } from '../secrets/open-secrets';
import type { Secret } from '../secrets/secret';
import type { SecretStore } from '../secrets/secret-store';
import { isInternal, Tier } from '../workload/network';
import type { Network } from '../workload/network';
import type { Service } from '../workload/service';
import type { Volume } from '../workload/volume';
import { readVolumeNames } from '../workload/volume-names';
import type { VolumeNames } from '../workload/volume-names';
import type { BackupRecord } from './backup-record';
import type { Environment } from './environment';
import type { EnvironmentStackProps } from './environment-stack-props';
import type { StackContext } from './stack-context';
import { settingsOf } from './system-settings';
import type { SystemSettings } from './system-settings';

/** Everything that the constructs of a stack add to it and ask of it. */
export class StackContents implements StackContext {
  public readonly system: string;
  public readonly environment: Environment;
  public readonly settings: SystemSettings;
  public readonly secretStore: SecretStore;
  public readonly volumesFile: string;
  public readonly egress: boolean;
  public readonly volumeNames: VolumeNames;
  /** Set once the backend of the stack is known. */
  public localState: string | undefined;
  private readonly tiers = new Map<Tier, Network>();
  private readonly secretList: Secret[] = [];
  private readonly serviceList: Service[] = [];
  private readonly backedUpList: Volume[] = [];
  private readonly backupList: (() => BackupRecord | undefined)[] = [];
  private readonly urlList: string[] = [];
  private readonly callbacks: (() => void)[] = [];
  private isClosed = false;

  public constructor(
    public readonly root: IConstruct,
    public readonly stackName: string,
    props: EnvironmentStackProps,
  ) {
    this.system = props.system;
    this.environment = props.environment;
    this.settings = settingsOf(props);
    this.egress = props.egress ?? true;
    this.secretStore = openSecrets(stackName, props);
    this.volumesFile = resolve(props.volumesFile ?? 'volumes.json');
    this.volumeNames = readVolumeNames(root, this.volumesFile);
  }

  public get secrets(): readonly Secret[] {
    return [...this.secretList];
  }

  public get services(): readonly Service[] {
    return [...this.serviceList];
  }

  public get backedUpVolumes(): readonly Volume[] {
    return [...this.backedUpList];
  }

  public get backups(): readonly BackupRecord[] {
    return this.backupList.flatMap((record) => record() ?? []);
  }

  public get urls(): readonly string[] {
    return [...this.urlList];
  }

  public network(tier: Tier): Network {
    const known = this.tiers.get(tier);
    if (known !== undefined) return known;
    const spec = {
      name: `${this.stackName}-${tier}`,
      tier,
      internal: isInternal(tier) || (tier === Tier.APP && !this.egress),
    };
    const network = this.environment.platform.createNetwork(this.root, `Network-${tier}`, spec);
    this.tiers.set(tier, network);
    return network;
  }

  public addSecret(secret: Secret): void {
    this.assertOpen(secret);
    const duplicate = this.secretList.find((known) => known.name === secret.name);
    if (duplicate !== undefined) {
      throw new ConfigurationError(
        secret,
        `secret name ${quote(secret.name)} is taken by ${duplicate.node.path}; give one of them another name`,
      );
    }
    this.secretList.push(secret);
  }

  public addService(service: Service): void {
    this.assertOpen(service);
    this.serviceList.push(service);
  }

  public addBackedUpVolume(volume: Volume): void {
    this.backedUpList.push(volume);
  }

  public addBackup(record: () => BackupRecord | undefined): void {
    this.backupList.push(record);
  }

  public beforeRender(callback: () => void): void {
    this.callbacks.push(callback);
  }

  public addUrl(url: string): void {
    if (!this.urlList.includes(url)) this.urlList.push(url);
  }

  /** Calls all callbacks. Afterwards nothing can be added. */
  public close(): void {
    while (this.callbacks.length > 0) for (const callback of this.callbacks.splice(0)) callback();
    this.isClosed = true;
  }

  private assertOpen(late: IConstruct): void {
    if (!this.isClosed) return;
    throw new ConfigurationError(late, 'was added while the stack is being synthesized; add it before `app.synth()`');
  }
}
