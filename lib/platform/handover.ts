import { TerraformResource } from 'cdktf';
import type { Container } from '@cdktf/provider-docker/lib/container';
import type { Construct } from 'constructs';
import type { EngineGate, Preparation } from './engine-gate';
import type { EngineWorkload } from './engine-workload';

/**
 * The last step before the containers of a workload that cannot run twice: it stops the old ones.
 *
 * The engine remembers a pending handover by the name of the preparation. The preparation gets another name when it is
 * made, and its first name again once Terraform has recorded the new container. The name is a trigger. The apply after
 * a killed one therefore repeats the handover, with any program that runs Terraform.
 */
export class Handover extends TerraformResource {
  public constructor(
    workload: EngineWorkload,
    private readonly preparation: Container,
  ) {
    super(workload, 'Handover', { terraformResourceType: 'terraform_data', lifecycle: { createBeforeDestroy: true } });
    this.overrideLogicalId(`${workload.spec.hostname}-handover`);
    const { gate } = workload.stack;
    preparation.provisioners = [gate.open()];
    this.provisioners = [gate.handover(workload.key, preparation, workload.spec.stopGrace)];
  }

  /** Address in Terraform. */
  public get address(): string {
    return `terraform_data.${this.friendlyUniqueId}`;
  }

  protected override synthesizeAttributes(): { [name: string]: unknown } {
    return { triggers_replace: [this.preparation.id, this.preparation.name] };
  }
}

/**
 * The end of all handovers of a stack. It is a separate resource, because Terraform records a container only when the
 * container's own step is over.
 */
export class HandoverEnds {
  private readonly preparations: Preparation[] = [];
  private readonly ids: string[] = [];
  private resource: Ends | undefined;

  public constructor(
    private readonly stack: Construct,
    private readonly gate: EngineGate,
  ) {}

  /** @param container - container that the handover is for */
  public add(container: Container, preparation: Preparation): void {
    this.ids.push(container.id);
    this.preparations.push(preparation);
    this.resource ??= new Ends(this.stack, this.ids);
    this.resource.provisioners = [this.gate.close(this.preparations)];
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
