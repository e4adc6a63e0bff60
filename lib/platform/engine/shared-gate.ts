import { TerraformResource } from 'cdktf';
import type { Construct } from 'constructs';
import { Duration } from '../../values';
import { stackContext } from '../../model/stack/stack-context';
import type { Workload } from '../../model/workload/workload';
import type { EngineGate, PidsLimits } from './gate';
import type { EngineContainer } from './resources';

/** Number of containers for one gate; their ids must fit into one command. */
const MOST = 100;

/**
 * The gate of all services that no other service waits for. It checks all of them in parallel. One step for each would
 * keep Terraform from its next container. Terraform destroys their predecessors after it, so a version that does not
 * get healthy removes nothing.
 */
export class SharedGate {
  private readonly groups: Group[] = [];
  private awaited: ReadonlySet<Workload> | undefined;

  public constructor(
    private readonly stack: Construct,
    private readonly gate: EngineGate,
  ) {}

  /** Returns true if this gate, and not its own, checks a workload's containers. */
  public takes(workload: Workload): boolean {
    const { kind, replicas } = workload.spec;
    return kind === 'service' && replicas === 1 && !workload.stopsFirst && !this.awaitedOnes().has(workload);
  }

  public add(container: EngineContainer, patience: Duration, limits: PidsLimits): void {
    const last = this.groups.at(-1);
    const group = last === undefined || last.size === MOST ? this.addGroup() : last;
    group.add(container, patience, limits);
  }

  private addGroup(): Group {
    const number = this.groups.length + 1;
    const group = new Group(this.stack, number === 1 ? 'services-healthy' : `services-healthy-${number}`, this.gate);
    this.groups.push(group);
    return group;
  }

  private awaitedOnes(): ReadonlySet<Workload> {
    this.awaited ??= new Set(
      stackContext(this.stack).services.flatMap(({ workload }) => [...workload.startsAfter, ...workload.follows]),
    );
    return this.awaited;
  }
}

class Group extends TerraformResource {
  private readonly ids: string[] = [];
  private patience = Duration.seconds(0);
  private limits: PidsLimits = {};

  public constructor(
    scope: Construct,
    id: string,
    private readonly gate: EngineGate,
  ) {
    super(scope, id, { terraformResourceType: 'terraform_data', lifecycle: { createBeforeDestroy: true } });
    this.overrideLogicalId(id);
  }

  public get size(): number {
    return this.ids.length;
  }

  public add(container: EngineContainer, patience: Duration, limits: PidsLimits): void {
    this.limits = { ...this.limits, ...limits };
    this.ids.push(container.id);
    if (patience.toMillis() > this.patience.toMillis()) this.patience = patience;
    this.provisioners = [this.gate.allHealthy(this.patience, this.limits)];
  }

  protected override synthesizeAttributes(): { [name: string]: unknown } {
    return { triggers_replace: this.ids };
  }
}
