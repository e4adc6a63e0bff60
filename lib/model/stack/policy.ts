import type { IConstruct } from 'constructs';

/** One attribute value of the document for Terraform. */
export type TerraformValue =
  string | number | boolean | null | undefined | readonly TerraformValue[] | { readonly [key: string]: TerraformValue };

/** A resource of the document for Terraform, overrides included. */
export interface RenderedResource {
  /** Type of the resource in Terraform. */
  readonly type: string;
  /** Id of the resource in the document. */
  readonly id: string;
  /** Path of the construct that rendered it. */
  readonly path: string;
  /** All attributes by name. */
  readonly attributes: { readonly [key: string]: TerraformValue };
}

/** A fault: where it is, and what to do. */
export interface Finding {
  readonly construct: IConstruct;
  readonly message: string;
}

/** Input of a policy. */
export interface PolicySubject {
  /** All resources of the document. */
  readonly resources: readonly RenderedResource[];
  /** The setting `requireImageDigests` of the environment. */
  readonly requireImageDigests: boolean;
}

/** A rule about the rendered resources. */
export interface Policy {
  /** Name of the rule, as errors show it. */
  readonly name: string;
  /** Returns a message for each resource that breaks the rule, with the resource's path. */
  check(subject: PolicySubject): readonly { readonly path: string; readonly message: string }[];
}
