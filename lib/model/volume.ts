import { Construct } from 'constructs';
import { constructId } from './construct-id';

export interface VolumeSpec {
  /** Name on the host; never carries a version, so that data outlives every change of the program. */
  readonly name: string;
  /**
   * Name that the program gives it, where volumes.json puts another volume in its place.
   * @default - the same
   */
  readonly declared?: string;
  /**
   * If true, something else made the volume and keeps it. Two stacks may use it.
   * @default false
   */
  readonly external?: boolean;
  /** True for data that a destroy must leave alone (see `Environment.keepData`). */
  readonly keep: boolean;
  /** True when a lost volume is a lost system: databases, uploads. False for sockets and caches. */
  readonly data: boolean;
}

/** A named volume of the stack. */
export abstract class Volume extends Construct {
  /** How the platform's resources refer to it: a Terraform expression, or its name. */
  public abstract readonly reference: string;

  public constructor(
    scope: Construct,
    id: string,
    public readonly spec: VolumeSpec,
  ) {
    super(scope, constructId(scope, id));
  }
}
