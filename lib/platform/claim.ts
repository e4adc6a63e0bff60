import { TerraformResource } from 'cdktf';
import type { Construct } from 'constructs';

/** Signs of a claim's id that become part of names. */
export const REVISION_DIGITS = 8;

/** Values that end a revision when they change. */
export type ClaimTriggers = Readonly<Record<string, string | readonly string[]>>;

/**
 * The identity of one revision of a workload: a `terraform_data` whose random id becomes part of every name in the
 * revision. Names made from a content hash alone would collide when the same revision has to be made again: after a
 * failed rollout was reverted, after a network was removed by hand, after an image was rebuilt.
 */
export class Claim extends TerraformResource {
  private triggers: ClaimTriggers = {};

  public constructor(
    scope: Construct,
    id: string,
    private readonly logicalName: string,
  ) {
    super(scope, id, { terraformResourceType: 'terraform_data', lifecycle: { createBeforeDestroy: true } });
    this.overrideLogicalId(logicalName);
  }

  public replaceOn(triggers: ClaimTriggers): void {
    this.triggers = triggers;
  }

  /** Terraform expression: the first signs of the revision's id. */
  public get suffix(): string {
    return `\${substr(terraform_data.${this.logicalName}.id, 0, ${REVISION_DIGITS})}`;
  }

  /** The same for what has to be made again as soon as one of these (Terraform addresses) was replaced. */
  public suffixAfter(dependencies: readonly string[]): string {
    if (dependencies.length === 0) return this.suffix;
    const ids = [`terraform_data.${this.logicalName}`, ...dependencies].map((address) => `\${${address}.id}`).join('');
    return `\${substr(sha256("${ids}"), 0, ${REVISION_DIGITS})}`;
  }

  protected override synthesizeAttributes(): { [name: string]: unknown } {
    return { triggers_replace: this.triggers };
  }
}
