import { TerraformResource } from 'cdktf';
import type { Construct } from 'constructs';
import { stackContext } from '../../model/stack/stack-context';
import type { EngineGate } from './gate';

/**
 * The process limits of a stack. The gate of each container sets its limit when the container starts. When a limit
 * changes, this resource is replaced, and sets it for running containers without a restart.
 */
export class ProcessLimits {
  private readonly limits = new Map<string, number>();
  private resource: Resource | undefined;

  public constructor(
    private readonly stack: Construct,
    private readonly gate: EngineGate,
  ) {}

  /**
   * Adds the limit of a workload.
   * @param workload - value of the workload's label
   */
  public add(workload: string, limit: number): void {
    this.limits.set(workload, limit);
    this.resource ??= new Resource(this.stack, 'process-limits');
    this.resource.apply(this.gate, Object.fromEntries([...this.limits].sort(([a], [b]) => (a < b ? -1 : 1))));
  }
}

class Resource extends TerraformResource {
  private limits: Readonly<Record<string, number>> = {};

  public constructor(scope: Construct, id: string) {
    super(scope, id, { terraformResourceType: 'terraform_data' });
    this.overrideLogicalId(id);
  }

  public apply(gate: EngineGate, limits: Readonly<Record<string, number>>): void {
    this.limits = limits;
    this.provisioners = [gate.limits(stackContext(this).stackName, limits)];
  }

  protected override synthesizeAttributes(): { [name: string]: unknown } {
    return { triggers_replace: this.limits };
  }
}
