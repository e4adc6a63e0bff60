import type { Network } from '../workload/network';
import type { Workload } from '../workload/workload';

/** A program that sends OpenTelemetry traces of its requests. */
export interface TraceSource {
  /** Name of the program in traces. */
  readonly service: string;
  /** The network that the receiver of its traces joins. */
  readonly network: Network;
  /** Workload that gets the variables with the receiver's address. */
  readonly workload: Workload;
  /** Share of requests to trace, from 0 to 1, for requests without an earlier decision. */
  readonly sampleRatio: number;
}

/** A construct that sends traces if the stack has a receiver. */
export interface ITraceSource {
  /** Returns the programs that send traces. */
  toTraceSources(): readonly TraceSource[];
}
