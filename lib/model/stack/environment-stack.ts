import { join, resolve } from 'node:path';
import { Aspects, TerraformStack } from 'cdktf';
import type { Construct, IConstruct } from 'constructs';
import { ConfigurationError, quoted } from '../../values';
import { followDependencies } from '../workload/declared-order';
import { fillDerivedSecrets } from '../secrets/derived-secrets';
import type { BackupRecord } from './backup-record';
import type { Environment } from './environment';
import { assertEnvironment, assertSettings } from './environment-check';
import type { EnvironmentStackProps } from './environment-stack-props';
import { addBackend } from './state-backend';
import { assertOneFramework } from './framework-check';
import { writeManifest } from './manifest';
import { isInternal, Tier } from '../workload/network';
import type { Network } from '../workload/network';
import type { Finding } from './policy';
import { renderedResources } from './rendered-resources';
import type { Secret } from '../secrets/secret';
import { openSecrets } from '../secrets/open-secrets';
import type { SecretStore } from '../secrets/secret-store';
import type { Service } from '../workload/service';
import { provideStackContext, stackContext } from './stack-context';
import type { StackContext } from './stack-context';
import { findingOf, stackFindings } from './stack-findings';
import { stackNameOf } from './stack-names';
import { addOutputs } from './stack-outputs';
import { settingsOf } from './system-settings';
import type { SystemSettings } from './system-settings';
import { twinResources } from './duplicate-resources';
import type { Volume } from '../workload/volume';
import { readVolumeNames, type VolumeNames } from '../workload/volume-names';

/** One system in one environment: a Terraform stack named `<system>-<environment>`. */
export class EnvironmentStack extends TerraformStack implements StackContext {
  public readonly system: string;
  public readonly environment: Environment;
  public readonly settings: SystemSettings;
  public readonly stackName: string;
  public readonly localState: string | undefined;
  public readonly secretStore: SecretStore;
  public readonly volumesFile: string;
  public readonly egress: boolean;
  public readonly volumeNames: VolumeNames;
  /**
   * Returns the stack that a construct belongs to.
   * @throws ConfigurationError for a construct outside of such a stack
   */
  public static override of(construct: IConstruct): EnvironmentStack {
    return stackContext(construct).root as EnvironmentStack;
  }

  private readonly tiers = new Map<Tier, Network>();
  private readonly secretList: Secret[] = [];
  private readonly serviceList: Service[] = [];
  private readonly savedVolumeList: Volume[] = [];
  private readonly backupList: (() => BackupRecord | undefined)[] = [];
  private readonly urlList: string[] = [];
  private readonly completions: (() => void)[] = [];
  private settled = false;

  public constructor(scope: Construct, props: EnvironmentStackProps) {
    const stackName = stackNameOf(scope, props.system, props.environment);
    super(scope, stackName);
    assertOneFramework(this);
    assertEnvironment(this, props.environment);
    assertSettings(this, props);
    this.system = props.system;
    this.environment = props.environment;
    this.settings = settingsOf(props);
    this.stackName = stackName;
    this.egress = props.egress ?? true;
    this.secretStore = openSecrets(stackName, props);
    this.volumesFile = resolve(props.volumesFile ?? 'volumes.json');
    this.volumeNames = readVolumeNames(this, this.volumesFile);
    provideStackContext(this, this);
    this.localState = addBackend(this, stackName, props.backend);
    this.environment.platform.prepare(this);
    this.settleBeforeSynthesis();
  }

  public get root(): IConstruct {
    return this;
  }

  public get secrets(): readonly Secret[] {
    return [...this.secretList];
  }

  public get services(): readonly Service[] {
    return [...this.serviceList];
  }

  public get savedVolumes(): readonly Volume[] {
    return [...this.savedVolumeList];
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
    const network = this.environment.platform.createNetwork(this, `Network-${tier}`, spec);
    this.tiers.set(tier, network);
    return network;
  }

  public addSecret(secret: Secret): void {
    this.assertOpen(secret);
    const twin = this.secretList.find((known) => known.name === secret.name);
    if (twin !== undefined) {
      throw new ConfigurationError(
        secret,
        `secret name ${quoted(secret.name)} is taken by ${twin.node.path}; give one of them another name`,
      );
    }
    this.secretList.push(secret);
  }

  public addService(service: Service): void {
    this.assertOpen(service);
    this.serviceList.push(service);
  }

  public addSavedVolume(volume: Volume): void {
    this.savedVolumeList.push(volume);
  }

  public addBackup(record: () => BackupRecord | undefined): void {
    this.backupList.push(record);
  }

  public whenComplete(callback: () => void): void {
    this.completions.push(callback);
  }

  public addUrl(url: string): void {
    if (!this.urlList.includes(url)) this.urlList.push(url);
  }

  public override prepareStack(): void {
    this.settle();
    super.prepareStack();
  }

  /**
   * Renders all constructs. Synthesis calls it before other aspects see the stack's children; adding to a workload
   * afterwards is an error.
   */
  public settle(): void {
    if (this.settled) return;
    while (this.completions.length > 0) for (const callback of this.completions.splice(0)) callback();
    this.settled = true;
    followDependencies(this);
    fillDerivedSecrets(this);
    this.report(stackFindings(this));
    addOutputs(this, this);
    for (const service of this.serviceList) this.report(this.render(service));
  }

  /** Reports all findings at once, in the one kind of error that this library throws. */
  public override runAllValidations(): void {
    const lines = this.node
      .findAll()
      .flatMap(({ node }) => node.validate().map((message) => findingLine(node.path, message)));
    if (lines.length === 0) {
      lines.push(...twinResources(this).map(({ construct, message }) => findingLine(construct.node.path, message)));
    }
    if (lines.length > 0) throw new ConfigurationError(undefined, lines.join('\n'));
  }

  /**
   * Returns the document for Terraform, checked by the platform's policies. Overrides are included, and nothing is
   * written if one of them breaks a rule.
   */
  public override toTerraform(): unknown {
    const document: unknown = super.toTerraform();
    const { platform, pinnedImages = false } = this.environment;
    const subject = { resources: renderedResources(document), pinnedImages };
    const findings = platform.policies.flatMap((policy) => policy.check(subject));
    if (findings.length === 0) return document;
    const lines = findings.map(({ path: at, message }) => findingLine(at, message));
    throw new ConfigurationError(undefined, lines.join('\n'));
  }

  private render(service: Service): readonly Finding[] {
    try {
      service.workload.render();
      return [];
    } catch (error) {
      if (!ConfigurationError.isConfigurationError(error)) throw error;
      return [findingOf(error, service)];
    }
  }

  private report(findings: readonly Finding[]): void {
    for (const { construct, message } of findings) construct.node.addValidation({ validate: () => [message] });
  }

  private settleBeforeSynthesis(): void {
    Aspects.of(this).add({ visit: (node: IConstruct) => (node === this ? this.settle() : undefined) });
    const inner = this.synthesizer;
    this.synthesizer = {
      synthesize: (session) => {
        inner.synthesize(session);
        const { workingDirectory } = session.manifest.forStack(this);
        writeManifest(join(session.outdir, workingDirectory), this);
      },
    };
  }

  private assertOpen(late: IConstruct): void {
    if (!this.settled) return;
    throw new ConfigurationError(late, 'was added while the stack is being synthesized; add it before `app.synth()`');
  }
}

function findingLine(at: string, message: string): string {
  return `[${at}] ${message}`;
}
