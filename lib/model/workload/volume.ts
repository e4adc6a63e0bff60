import { Construct } from 'constructs';
import { constructId } from '../stack/construct-id';

/** Name and lifetime of a volume. */
export interface VolumeSpec {
  /** Name on the host; never carries a version, so that data outlives every change of the program. */
  readonly name: string;
  /**
   * Name in the program, if volumes.json replaces it with another volume's.
   * @default - the same
   */
  readonly declared?: string;
  /**
   * If true, something else made the volume and keeps it. Two stacks may use it.
   * @default false
   */
  readonly external?: boolean;
  /** True for data that a destroy must keep (see `Environment.keepData`). */
  readonly keep: boolean;
  /** True if losing the volume loses the system: databases, uploads. False for sockets and caches. */
  readonly data: boolean;
}

/** A named volume of the stack. */
export abstract class Volume extends Construct {
  /** Terraform expression, or the volume's name, by which the platform's resources refer to it. */
  public abstract readonly reference: string;

  public constructor(
    scope: Construct,
    id: string,
    /** Name and lifetime of the volume. */
    public readonly spec: VolumeSpec,
  ) {
    super(scope, constructId(scope, id));
  }
}
