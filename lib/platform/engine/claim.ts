import { TerraformResource } from 'cdktf';
import type { Construct } from 'constructs';
import { shortened } from '../shared/terraform-text';

/** Values whose change starts a new revision. */
export type RevisionTriggers = Readonly<Record<string, string | readonly string[]>>;

/**
 * The identity of one revision of a workload: a `terraform_data` whose random id is a label of its containers,
 * which replaces them, and part of its volumes' names. A content hash is not an identity: the same revision must be
 * made again after a failed rollout was reverted, a network was removed by hand, or an image was rebuilt.
 */
export class Revision extends TerraformResource {
  private triggers: RevisionTriggers = {};

  public constructor(
    scope: Construct,
    id: string,
    private readonly logicalName: string,
  ) {
    super(scope, id, { terraformResourceType: 'terraform_data', lifecycle: { createBeforeDestroy: true } });
    this.overrideLogicalId(logicalName);
  }

  public replaceOn(triggers: RevisionTriggers): void {
    this.triggers = triggers;
  }

  /** Terraform expression: the first characters of the revision's id. */
  public get suffix(): string {
    return shortened(`terraform_data.${this.logicalName}.id`);
  }

  protected override synthesizeAttributes(): { [name: string]: unknown } {
    return { triggers_replace: this.triggers };
  }
}
