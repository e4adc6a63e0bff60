import { TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { assertOptions, ConfigurationError, factory } from '../../values';
import type { PlatformCommands } from '../../values';
import { Tier } from '../../model/workload/network';
import type { Network, NetworkSpec } from '../../model/workload/network';
import type { ContainerPatterns, LogDelivery } from '../../model/stack/observed-platform';
import type { DeployedService, Platform } from '../../model/stack/platform';
import type { Policy } from '../../model/stack/policy';
import { stackContext } from '../../model/stack/stack-context';
import type { Volume, VolumeSpec } from '../../model/workload/volume';
import type { Workload } from '../../model/workload/workload';
import type { WorkloadSpec } from '../../model/workload/workload-spec';
import { ENGINE_POLICIES } from './policies';
import { ENGINE_COMMANDS } from './commands';
import { controlGroups } from './control-group';
import { deployedLabels } from './deployed-labels';
import { engineArguments, EngineGate } from './gate';
import { isElsewhere } from './host';
import { EngineImages } from './images';
import { EngineNetwork } from './network';
import { ENGINE_OPTIONS, type EngineOptions } from './options';
import { EngineVolume } from './volume';
import { EngineWorkload } from './workload';
import { ENGINE_LOGS, LOCAL_ADDRESS } from './log-driver';
import { MarkedStepEnds } from './marked-step';
import { ProcessLimits } from './process-limits';
import { assertRegistries, registryBlocks } from './registries';
import { DockerProvider } from './resources';
import { SharedGate } from './shared-gate';
import { withoutTraces } from '../shared/without-traces';

/** The oldest Terraform that supports the generated document (`removed` blocks). */
const TERRAFORM_VERSION = '>= 1.7.0';

/** The oldest one that keeps the value of a variable out of saved plans. */
const EPHEMERAL_VERSION = '>= 1.10.0';

/** State of an engine for each stack. */
export interface EngineStack {
  readonly options: EngineOptions;
  readonly gate: EngineGate;
  readonly sharedGate: SharedGate;
  readonly processLimits: ProcessLimits;
  readonly markedStepEnds: MarkedStepEnds;
  readonly images: EngineImages;
}

/** One Docker Engine: workloads become containers. */
export class Engine implements Platform {
  public readonly name = 'Docker Engine';
  public readonly localAddress: string = LOCAL_ADDRESS;
  public readonly commands: PlatformCommands = ENGINE_COMMANDS;
  public readonly logs: LogDelivery = ENGINE_LOGS;
  public readonly policies: readonly Policy[] = ENGINE_POLICIES;
  private readonly stacks = new WeakMap<Construct, EngineStack>();

  public constructor(
    /** Options as they were given. */
    public readonly options: EngineOptions = {},
  ) {
    assertOptions(factory('Engine'), options, ENGINE_OPTIONS);
    assertShellSafe('host', options.host);
    assertShellSafe('certificates', options.certificates);
    for (const word of options.sshOptions ?? []) assertShellSafe('sshOptions', word);
    assertVersion(options.providerVersion);
    assertRegistries(options.registries ?? []);
  }

  public get place(): string | undefined {
    return this.options.host;
  }

  public prepare(stack: Construct): void {
    const terraform = TerraformStack.of(stack);
    assertLocalSources(stack, this.options.host);
    withoutTraces(() => this.addProvider(terraform));
    terraform.addOverride('terraform.required_version', terraformVersion(this.options));
    const gate = new EngineGate(stack, engineArguments(this.options));
    this.stacks.set(stack, {
      options: this.options,
      gate,
      sharedGate: new SharedGate(stack, gate),
      processLimits: new ProcessLimits(stack, gate),
      markedStepEnds: new MarkedStepEnds(stack, gate),
      images: new EngineImages(stack, this.options),
    });
  }

  public createNetwork(scope: Construct, id: string, spec: NetworkSpec): Network {
    return withoutTraces(() => new EngineNetwork(scope, id, spec, this.options.isolatedGateways ?? false));
  }

  public createVolume(scope: Construct, id: string, spec: VolumeSpec): Volume {
    return withoutTraces(() => new EngineVolume(scope, id, spec));
  }

  public createWorkload(scope: Construct, id: string, spec: WorkloadSpec): Workload {
    const stack = this.stacks.get(TerraformStack.of(scope));
    if (stack === undefined) {
      throw new ConfigurationError(
        scope,
        'stands in a stack that this Engine was not prepared for; use the EnvironmentStack of its environment',
      );
    }
    return withoutTraces(() => new EngineWorkload(scope, id, spec, stack));
  }

  /** Returns the tier of a second network for what an internal one holds: a bridge that is internal publishes no port. */
  public tierToPublish({ spec }: Network): Tier | undefined {
    return spec.internal ? Tier.ACCESS : undefined;
  }

  public containerPatterns(stackName: string): ContainerPatterns {
    return controlGroups(stackName);
  }

  public deployedLabels(scope: Construct, service: DeployedService): ReadonlyMap<string, string> | undefined {
    return deployedLabels(scope, service);
  }

  private addProvider(stack: TerraformStack): void {
    const { host, certificates, sshOptions, providerVersion, registries, ephemeralPasswords = true } = this.options;
    new DockerProvider(stack, 'Docker', {
      ...(host === undefined ? {} : { host, context: '', certPath: certificates ?? '' }),
      sshOpts: sshOptions === undefined ? undefined : [...sshOptions],
      registryAuth: registries === undefined ? undefined : registryBlocks(stack, registries, ephemeralPasswords),
    });
    if (providerVersion !== undefined)
      stack.addOverride('terraform.required_providers.docker.version', providerVersion);
  }
}

function terraformVersion({ registries = [], ephemeralPasswords = true }: EngineOptions): string {
  return registries.some(({ passwordVariable }) => passwordVariable !== undefined) && ephemeralPasswords
    ? EPHEMERAL_VERSION
    : TERRAFORM_VERSION;
}

function assertVersion(version: string | undefined): void {
  if (version === undefined || /^[A-Za-z0-9.,<>=!~ +-]+$/.test(version)) return;
  throw new ConfigurationError(
    undefined,
    `Engine providerVersion must be a version such as "3.6.2", got ${JSON.stringify(version)}`,
  );
}

/** Refuses shell metacharacters: these words become part of a provisioner's command line. */
function assertShellSafe(what: string, value: string | undefined): void {
  if (value === undefined || /^[A-Za-z0-9@%+=:,./_~[\]\\-]+$/.test(value)) return;
  throw new ConfigurationError(
    undefined,
    `Engine ${what} ${JSON.stringify(value)} has signs that a shell would interpret; use letters, digits and @%+=:,./_~-`,
  );
}

/** Refuses source mounts on another machine: the engine mounts its own directories, and the checkout is here. */
function assertLocalSources(stack: Construct, host: string | undefined): void {
  if (stackContext(stack).environment.sourceMounts !== true || !isElsewhere(host)) return;
  throw new ConfigurationError(
    stack,
    `\`sourceMounts\` with the engine ${JSON.stringify(host)}: it would mount directories of that machine, not of this one; ` +
      'deploy such an environment to a local engine, or drop `sourceMounts`',
  );
}
