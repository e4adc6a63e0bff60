import type { Network } from './network';
import type { Workload } from './workload';

/** A program that tells of its requests in the way of OpenTelemetry. */
export interface TraceSource {
  /** What it is called in traces. */
  readonly service: string;
  /** The network that what takes its traces joins. */
  readonly network: Network;
  /** Gets the variables that say where to send them. */
  readonly workload: Workload;
  /** The part of the requests that it tells of, from 0 to 1, where nobody before it has decided. */
  readonly share: number;
}

/** Something that sends traces where there is somebody to take them. */
export interface ITraced {
  toTraceSources(): readonly TraceSource[];
}
