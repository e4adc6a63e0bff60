import { TerraformResource } from 'cdktf';
import type { Container } from '@cdktf/provider-docker/lib/container';
import type { EngineWorkload } from './engine-workload';

/**
 * The last step before the containers of a workload that cannot run twice: it stops the old ones.
 *
 * The engine remembers that a handover is going on, by the name of the preparation: the preparation gets another name
 * when it is made, and the gate of the new container gives the first one back. The name is a trigger. So the apply after
 * one that was killed in between hands over again, whichever program runs Terraform and whatever its state knows.
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

  /** Terraform address. */
  public get address(): string {
    return `terraform_data.${this.friendlyUniqueId}`;
  }

  protected override synthesizeAttributes(): { [name: string]: unknown } {
    return { triggers_replace: [this.preparation.id, this.preparation.name] };
  }
}
