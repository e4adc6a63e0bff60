import type { Container } from '@cdktf/provider-docker/lib/container';
import type { Construct } from 'constructs';
import { ConfigurationError } from '../../values';
import { dataBehind, skipsRestored } from '../../model/workload/restored-data';
import {
  DATA_LABEL,
  DEPENDENCIES_LABEL,
  REVISION_LABEL,
  ROLE_LABEL,
  STACK_LABEL,
  WORKLOAD_LABEL,
  workloadKey,
} from '../../model/stack/labels';
import { stackContext } from '../../model/stack/stack-context';
import { onlyTold } from '../../model/workload/start-order';
import type { Volume } from '../../model/workload/volume';
import { Workload } from '../../model/workload/workload';
import { PIDS_LIMIT } from '../../model/workload/workload-spec';
import type { WorkloadSpec } from '../../model/workload/workload-spec';
import { Revision } from './claim';
import type { EngineStack } from './engine';
import { addresses, containerDraft, digestOf, listed, makeContainer } from './container';
import type { Draft, SpecDraft } from './container';
import { assertDirectoriesThere } from './host';
import { assertResolvable, assertUnreserved } from './names';
import type { EngineImage } from './images';
import { observationFields } from './observation';
import { renderOwnership } from './ownership';
import { renderPreparation } from './preparation';
import type { Preparation } from './preparation';
import { programWords } from './program-words';
import { reloadAddresses, renderReloadable, writerAddresses } from './reloadable';
import type { EngineContainer } from './resources';
import { revisionTriggers, labelsOf } from './revision';
import { startWrapper } from '../shared/start-wrapper';
import { withoutTraces } from '../shared/without-traces';
import { membershipBlocks, mountBlocks, portBlocks } from './blocks';

/**
 * A workload as containers of one engine. A revision is a claim (its identity), a never-started container that fills
 * the volumes with secrets and files, and the containers themselves, with their gates. Everything is created before
 * its predecessor is destroyed, and no name is used twice, so that both can exist side by side.
 */
export class EngineWorkload extends Workload {
  public readonly claim: Revision;
  /** Fields of each container that depend on the spec alone. */
  public readonly draft: SpecDraft;
  public readonly image: EngineImage;
  /** The containers, one for each replica; use `addOverride` on them for settings that the model does not have. */
  public readonly containers: readonly EngineContainer[];

  public constructor(
    scope: Construct,
    id: string,
    spec: WorkloadSpec,
    public readonly stack: EngineStack,
  ) {
    super(scope, id, spec);
    assertUnreserved(this);
    this.image = stack.images.get(spec.image);
    this.draft = containerDraft(spec, stack.options);
    this.claim = new Revision(this, 'Claim', `${spec.hostname}-revision`);
    this.containers = Array.from({ length: spec.replicas }, (_, index) => this.makeReplica(index + 1));
  }

  /** Returns `<stack>/<hostname>`: the label that all revisions share. */
  public get key(): string {
    return workloadKey(stackContext(this).stackName, this.spec.hostname);
  }

  public upstreamHosts(): readonly string[] {
    assertResolvable(this);
    return withoutTraces(() => this.containers.map((container) => container.name));
  }

  /** Returns the name itself: the engine answers with the address of each container. */
  public discoveryName(hostname: string): string {
    return hostname;
  }

  /** Limit of processes and threads in each container. */
  public get pidsLimit(): number {
    return this.spec.pidsLimit ?? PIDS_LIMIT;
  }

  /** Returns a name of something that belongs to this workload. */
  public nameOf(part: string): string {
    return `${stackContext(this).stackName}-${this.spec.hostname}${part}`;
  }

  protected override renderResources(): void {
    withoutTraces(() => this.renderAll());
  }

  private renderAll(): void {
    if (this.stopsFirst && this.spec.replicas > 1) throw this.cannotReplicate();
    assertDirectoriesThere(this, this.stack.options.host);
    const ownership = renderOwnership(this);
    const preparation = renderPreparation(this, ownership);
    const writers = this.reloadableConfigs.map((config, index) => renderReloadable(this, config, index));
    const before = [...addresses([ownership, preparation?.container]), ...writers.map(({ reload }) => reload)];
    const handover = preparation?.handover === undefined ? [] : [preparation.handover.address];
    this.containers.forEach((container, index) => {
      this.finish(
        container,
        preparation,
        writers.flatMap((writer) => writer.mounts),
      );
      const earlier = this.containers.slice(0, index);
      container.dependsOn = listed([...before, ...handover, ...this.dependencyAddresses(), ...addresses(earlier)]);
      container.assertAsGiven();
    });
    this.claim.replaceOn(revisionTriggers(this));
    this.stack.processLimits.add(this.key, this.pidsLimit);
  }

  /** Returns the Terraform addresses of everything that must exist before this workload's containers. */
  public dependencyAddresses(): readonly string[] {
    return this.startedFirst(reloadAddresses);
  }

  private startedFirst(ofReloading: (other: Workload) => readonly string[]): readonly string[] {
    const told = onlyTold(this);
    return this.startsAfter.flatMap((other) =>
      told.includes(other) ? ofReloading(other) : addresses(this.containersOf([other])),
    );
  }

  /** Returns the containers of workloads of the same engine. */
  public containersOf(others: readonly Workload[]): readonly Container[] {
    return others.flatMap((other) => (other as EngineWorkload).containers);
  }

  /** Returns labels of everything that belongs to this workload, without those that make it a running member. */
  public labels(role: string, revision = this.claim.suffix): { label: string; value: string }[] {
    return [
      { label: ROLE_LABEL, value: role },
      { label: STACK_LABEL, value: stackContext(this).stackName },
      { label: REVISION_LABEL, value: revision },
    ];
  }

  /**
   * Returns labels of the containers alone. A job runs again when one of its dependencies was replaced. A label of its
   * container shows that, and not its claim, so that its files need not wait for the dependencies. Each step of that
   * chain would slow down every deploy, also one without changes.
   */
  private ownLabels(): { label: string; value: string }[] {
    const dependencies = this.spec.kind === 'job' ? this.startedFirst(writerAddresses) : [];
    return [
      { label: WORKLOAD_LABEL, value: this.key },
      ...(dependencies.length === 0 ? [] : [{ label: DEPENDENCIES_LABEL, value: digestOf(dependencies) }]),
      ...this.restoredLabels(),
      ...Object.entries(labelsOf(this)).map(([label, value]) => ({ label, value })),
    ];
  }

  /** Returns the data volumes whose restore this job must not undo. */
  private guardedVolumes(): readonly Volume[] {
    return skipsRestored(this) ? dataBehind(this) : [];
  }

  private restoredLabels(): { label: string; value: string }[] {
    const restored = this.guardedVolumes().filter(({ spec: { name, declared = name } }) => name !== declared);
    const value = restored
      .map(({ spec }) => spec.name)
      .sort()
      .join(',');
    return restored.length === 0 ? [] : [{ label: DATA_LABEL, value }];
  }

  private makeReplica(number: number): EngineContainer {
    const { hostname } = this.spec;
    const suffix = replicaPart(number);
    const draft: Draft = {
      ...this.draft,
      name: this.nameOf(suffix),
      image: this.image.id,
      ...(this.spec.ports.length > 0 ? { ports: portBlocks(this.spec) } : {}),
    };
    const container = makeContainer(
      this,
      number === 1 ? 'Resource' : `Resource${number}`,
      `${hostname}${suffix}`,
      draft,
    );
    return container;
  }

  private finish(container: EngineContainer, preparation: Preparation | undefined, extra: Preparation['mounts']): void {
    const { kind } = this.spec;
    const wrapper = startWrapper(this);
    if (wrapper !== undefined && preparation !== undefined)
      container.startThrough(wrapper.entrypoint, programWords(wrapper, preparation.container));
    container.putLabels([...this.labels(kind), ...this.ownLabels()]);
    const variables = this.variables.entries().map(([key, value]) => `${key}=${value}`);
    if (variables.length > 0) container.env = variables;
    const volumes = [...mountBlocks(this), ...(preparation?.mounts ?? []), ...extra];
    if (volumes.length > 0) container.putVolumes(volumes);
    if (this.networks.length > 0) container.putNetworksAdvanced(membershipBlocks(this));
    else container.networkMode = 'none';
    Object.assign(container, observationFields(this));
    this.addGate(container, preparation);
  }

  private addGate(container: EngineContainer, preparation: Preparation | undefined): void {
    const { gate, sharedGate } = this.stack;
    const { kind, healthTimeout } = this.spec;
    const limits = { [this.key]: this.pidsLimit };
    if (sharedGate.takes(this)) {
      sharedGate.add(container, healthTimeout, limits);
      return;
    }
    const handedOver = this.stopsFirst ? preparation?.container : undefined;
    if (handedOver !== undefined) this.stack.markedStepEnds.add(container.id, handedOver);
    if (kind === 'job') this.addJobGate(container);
    else
      container.provisioners = [gate.healthy(healthTimeout, { workload: this.key, prepare: handedOver?.id }, limits)];
  }

  private addJobGate(container: EngineContainer): void {
    const { gate } = this.stack;
    const volumes = this.guardedVolumes().map(({ spec }) => spec.name);
    if (volumes.length > 0) container.startByGate();
    container.provisioners = [gate.job(this.spec.healthTimeout, { [this.key]: this.pidsLimit }, volumes)];
  }

  private cannotReplicate(): ConfigurationError {
    return new ConfigurationError(
      this,
      `${this.spec.replicas} replicas of ${JSON.stringify(this.spec.hostname)}, which owns a data volume or a host port ` +
        'and can run only once on one engine; set `replicas` to 1',
    );
  }
}

function replicaPart(number: number): string {
  return number === 1 ? '' : `-${number}`;
}
