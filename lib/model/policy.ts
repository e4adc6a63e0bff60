import type { IConstruct } from 'constructs';

/** One attribute value of the document that Terraform will get. */
export type TerraformValue =
  string | number | boolean | null | undefined | readonly TerraformValue[] | { readonly [key: string]: TerraformValue };

/** A resource as Terraform will get it, overrides included. */
export interface RenderedResource {
  readonly type: string;
  readonly id: string;
  /** Path of the construct that rendered it. */
  readonly path: string;
  readonly attributes: { readonly [key: string]: TerraformValue };
}

/** Something wrong, where it is, and what to do. */
export interface Finding {
  readonly construct: IConstruct;
  readonly message: string;
}

/** What a policy looks at. */
export interface PolicySubject {
  readonly resources: readonly RenderedResource[];
  readonly pinnedImages: boolean;
}

/** A rule about what a stack becomes: what is wrong with each resource that breaks it, by the resource's path. */
export interface Policy {
  readonly name: string;
  check(subject: PolicySubject): readonly { readonly path: string; readonly message: string }[];
}
