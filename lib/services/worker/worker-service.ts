import type { Construct } from 'constructs';
import { assertOptions, physicalName } from '../../values';
import type { HealthCheck, Image } from '../../values';
import { childPath } from '../../model/stack/with-construct';
import { Tier } from '../../model/workload/network';
import { Service } from '../../model/workload/service';
import { stackContext } from '../../model/stack/stack-context';
import type { ITraceSource, TraceSource } from '../../model/capabilities/trace-source';
import { WORKER_OPTIONS } from '../shared/option-shapes';
import { own, runtimeSpec } from '../shared/runtime';
import type { RuntimeProps } from '../shared/runtime';
import { traceSources } from '../shared/traces';
import type { TracedProps } from '../shared/traces';

/** Options of a worker. A change makes a new version, unless it says otherwise. */
export interface WorkerServiceProps extends RuntimeProps, TracedProps {
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
   * Check that decides whether a new version is up.
   * @default - none; a rollout then only waits until the program has been running for a moment
   */
  readonly healthCheck?: HealthCheck;
  /**
   * Number of containers.
   * @default - as `replicas` of the stack says, else 1
   */
  readonly replicas?: number;
  /**
   * If true, the old and the new version may run side by side during a rollout.
   * @default true
   */
  readonly overlap?: boolean;
}

/** A program that fetches its work, and accepts no connections. */
export class WorkerService extends Service implements ITraceSource {
  private readonly sources: readonly TraceSource[];

  public constructor(scope: Construct, id: string, props: WorkerServiceProps) {
    assertOptions(childPath(scope, id), props, WORKER_OPTIONS);
    const hostname = props.hostname ?? physicalName([id]);
    const { settings } = stackContext(scope);
    const spec = runtimeSpec(
      {
        hostname,
        image: props.image,
        command: props.command,
        entrypoint: props.entrypoint,
        healthCheck: props.healthCheck,
        replicas: props.replicas ?? own(settings.replicas, hostname),
        replacement: props.overlap === false ? 'stop-first' : undefined,
      },
      props,
    );
    super(scope, id, Tier.APP, spec);
    this.sources = traceSources(this, props.traces);
    this.workload.variables.addAll(props.environment ?? {});
  }

  public toTraceSources(): readonly TraceSource[] {
    return this.sources;
  }
}
