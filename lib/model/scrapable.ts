import type { Relabelling } from '../values';
import type { Network } from './network';
import type { Service } from './service';
import type { Workload } from './workload';

/** A place where metrics are read. */
export interface ScrapeTarget {
  /** Name of the service; the label `job` of all that is read there. Unique in the stack. */
  readonly job: string;
  readonly host: string;
  readonly port: number;
  readonly path: string;
  /**
   * The network that the scraper joins.
   * @default - none: the host is outside of the stack
   */
  readonly network?: Network;
  /**
   * What has the metrics; each of its containers is read.
   * @default - the one program that the host's name leads to
   */
  readonly workload?: Workload;
  /**
   * What becomes of the labels of what was read, and what is left out.
   * @default - all stays as it is
   */
  readonly relabel?: readonly Relabelling[];
  /**
   * False where the times that it gives with its metrics are not to count, but the time at which they are read.
   * @default true
   */
  readonly honorTimestamps?: boolean;
}

/** Something that has metrics. An object literal with this one method takes part. */
export interface IScrapable {
  toScrapeTargets(): readonly ScrapeTarget[];
}

/** Where a service has its metrics: at a port of each of its containers, under its own name. */
export function scrapeTargetOf(
  { hostname, network, workload }: Service,
  port: number,
  path = '/metrics',
): ScrapeTarget {
  return { job: hostname, host: hostname, port, path, network, workload };
}
