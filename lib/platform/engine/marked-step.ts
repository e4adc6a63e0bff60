import { TerraformResource } from 'cdktf';
import type { LocalExecProvisioner } from 'cdktf';
import type { Container } from '@cdktf/provider-docker/lib/container';
import type { Construct } from 'constructs';
import type { EngineGate, Preparation } from './gate';
import type { EngineWorkload } from './workload';

/**
 * A step that each apply repeats until it was completed: a handover, which stops the old containers of a workload that
 * cannot run twice, or a reload of a configuration.
 *
 * The engine remembers a pending step by the name of a container that is never started. This container gets another
 * name when it is made, and its first name again once Terraform has recorded the end of the step. The name is a trigger.
 * The apply after a killed one therefore repeats the step, with any program that runs Terraform.
 */
export class MarkedStep extends TerraformResource {
  /** @param marked - the container that is never started */
  public constructor(
    workload: EngineWorkload,
    id: string,
    private readonly marked: Container,
    step: LocalExecProvisioner,
  ) {
    super(workload, id, { terraformResourceType: 'terraform_data', lifecycle: { createBeforeDestroy: true } });
    marked.provisioners = [workload.stack.gate.open()];
    this.provisioners = [step];
  }

  /** Address in Terraform. */
  public get address(): string {
    return `terraform_data.${this.friendlyUniqueId}`;
  }

  protected override synthesizeAttributes(): { [name: string]: unknown } {
    return { triggers_replace: [this.marked.id, this.marked.name] };
  }
}

/**
 * The end of all marked steps of a stack. It is a separate resource, because Terraform records a resource only when the
 * resource's own step is over.
 */
export class MarkedStepEnds {
  private readonly marked: Preparation[] = [];
  private readonly ids: string[] = [];
  private resource: Ends | undefined;

  public constructor(
    private readonly stack: Construct,
    private readonly gate: EngineGate,
  ) {}

  /** @param id - of the resource after which a step is complete: the container of a handover, or the reload */
  public add(id: string, marked: Preparation): void {
    this.ids.push(id);
    this.marked.push(marked);
    this.resource ??= new Ends(this.stack, this.ids);
    this.resource.provisioners = [this.gate.close(this.marked)];
  }
}

class Ends extends TerraformResource {
  public constructor(
    scope: Construct,
    private readonly ids: readonly string[],
  ) {
    super(scope, 'handovers-closed', {
      terraformResourceType: 'terraform_data',
      lifecycle: { createBeforeDestroy: true },
    });
    this.overrideLogicalId('handovers-closed');
  }

  protected override synthesizeAttributes(): { [name: string]: unknown } {
    return { triggers_replace: this.ids };
  }
}
