import type { Construct } from 'constructs';
import { assertOptions, Duration, physicalName } from '../../values';
import type { Image } from '../../values';
import { childPath } from '../../model/stack/with-construct';
import { Tier } from '../../model/workload/network';
import { Service } from '../../model/workload/service';
import { JOB_OPTIONS } from '../shared/option-shapes';
import { runtimeSpec } from '../shared/runtime';
import type { RuntimeProps } from '../shared/runtime';

/** Options of a job. A change runs it again. */
export interface JobProps extends Omit<RuntimeProps, 'alerts'> {
  /** Image of the program. */
  readonly image: Image;
  /**
   * Words in place of the image's CMD; its ENTRYPOINT stays.
   * @default - the image's own command
   */
  readonly command?: readonly string[];
  /**
   * Words in place of the image's ENTRYPOINT and CMD.
   * @default - the image's own entry point
   */
  readonly entrypoint?: readonly string[];
  /**
   * Timeout of the job. A job that runs longer has failed.
   * @default 10 minutes
   */
  readonly timeout?: Duration;
  /**
   * Whether it runs in the deploy after a restore of a database or volume that it works on. Skipped, it loses nothing
   * that was restored, and its container is there to be started by hand. It runs again with its next revision. A change
   * restarts nothing.
   * @default 'skip'
   */
  readonly afterRestore?: 'run' | 'skip';
  /**
   * Tier of the network that the job joins.
   * @default Tier.APP
   */
  readonly tier?: Tier;
}

/**
 * Something that runs once for each revision and must end with exit code 0 before whatever starts after it. It runs
 * again when anything about it changes, when what it ran against was replaced, or when its container was pruned: its
 * work must be idempotent. After a restore of its data it runs only with `afterRestore: 'run'`. A job that fails fails
 * the deployment, with its last lines as the reason.
 */
export class Job extends Service {
  public constructor(scope: Construct, id: string, props: JobProps) {
    assertOptions(childPath(scope, id), props, JOB_OPTIONS);
    const spec = runtimeSpec(
      {
        kind: 'job',
        hostname: props.hostname ?? physicalName([id]),
        image: props.image,
        command: props.command,
        entrypoint: props.entrypoint,
        healthTimeout: props.timeout ?? Duration.minutes(10),
        afterRestore: props.afterRestore ?? 'skip',
      },
      props,
    );
    super(scope, id, props.tier ?? Tier.APP, spec);
    this.workload.variables.addAll(props.environment ?? {});
  }
}
