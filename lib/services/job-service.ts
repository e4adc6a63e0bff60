import type { Construct } from 'constructs';
import { Duration, physicalName } from '../values';
import type { Image } from '../values';
import { Tier } from '../model/network';
import { Service } from '../model/service';
import { runtimeSpec } from './runtime';
import type { RuntimeProps } from './runtime';

/** Options of a job. A change runs it again. */
export interface JobServiceProps extends Omit<RuntimeProps, 'alerts'> {
  /** Image of the program. */
  readonly image: Image;
  /**
   * Command that the container runs.
   * @default - the image's own command
   */
  readonly command?: readonly string[];
  /**
   * Program that gets the command as its arguments.
   * @default - the image's own entry point
   */
  readonly entrypoint?: readonly string[];
  /**
   * Timeout of the job. A job that runs longer has failed.
   * @default 10 minutes
   */
  readonly timeLimit?: Duration;
  /**
   * Tier of the network that the job joins.
   * @default Tier.APP
   */
  readonly tier?: Tier;
}

/**
 * A program that runs once for each revision, and must end with exit code 0 before the services after it start. It runs
 * again when anything about it changes, when one of its dependencies was replaced, or when its container was pruned.
 * Its work must therefore be idempotent. A job that fails makes the deployment fail, with its last lines as the reason.
 */
export class JobService extends Service {
  public constructor(scope: Construct, id: string, props: JobServiceProps) {
    const spec = runtimeSpec(
      {
        kind: 'job',
        hostname: props.hostname ?? physicalName([id]),
        image: props.image,
        command: props.command,
        entrypoint: props.entrypoint,
        patience: props.timeLimit ?? Duration.minutes(10),
      },
      props,
    );
    super(scope, id, props.tier ?? Tier.APP, spec);
    this.workload.environment.addAll(props.environment ?? {});
  }
}
