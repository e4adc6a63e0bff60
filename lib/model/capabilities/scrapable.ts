import type { Relabelling } from '../../values';
import type { Network } from '../workload/network';
import type { Service } from '../workload/service';
import type { Workload } from '../workload/workload';

/** An address at which Prometheus reads metrics. */
export interface ScrapeTarget {
  /** Name of the service; the label `job` of all its metrics. Unique in the stack. */
  readonly job: string;
  /** Host name in the network. */
  readonly host: string;
  /** Port of the metrics. */
  readonly port: number;
  /** Path of the metrics: '/metrics'. */
  readonly path: string;
  /**
   * The network that the scraper joins.
   * @default - none: the host is outside of the stack
   */
  readonly network?: Network;
  /**
   * Workload with the metrics; Prometheus reads each of its containers.
   * @default - the one program behind the host name
   */
  readonly workload?: Workload;
  /**
   * Changes to the labels of the metrics, and metrics to drop.
   * @default - all stays as it is
   */
  readonly relabel?: readonly Relabelling[];
  /**
   * If false, Prometheus ignores the timestamps of the metrics, and uses the time at which it reads them.
   * @default true
   */
  readonly honorTimestamps?: boolean;
}

/** A construct with metrics. The monitoring finds each construct with this method. */
export interface IScrapable {
  /** Returns the addresses to read. Called when the stack is complete. */
  toScrapeTargets(): readonly ScrapeTarget[];
}

/** Returns the target for a service with metrics at a port of each of its containers, under its own name. */
export function scrapeTargetOf(
  { hostname, network, workload }: Service,
  port: number,
  path = '/metrics',
): ScrapeTarget {
  return { job: hostname, host: hostname, port, path, network, workload };
}
