import type { Network } from './network';

/** A place where metrics are read. */
export interface ScrapeTarget {
  readonly job: string;
  readonly host: string;
  readonly port: number;
  readonly path: string;
  /** The network that the scraper joins. */
  readonly network: Network;
}

/** Something that has metrics. */
export interface IScrapable {
  toScrapeTargets(): readonly ScrapeTarget[];
}
