import type { IConstruct } from 'constructs';
import { imageVersion } from '../../../values';
import type { ScrapeJob } from '../../../config';
import type { ScrapeTarget } from '../../../model/capabilities/scrapable';
import { stackContext } from '../../../model/stack/stack-context';

/** Returns the scrape job of a target. */
export function scrapeJob(where: IConstruct, target: ScrapeTarget): ScrapeJob {
  const { job, host, port, path, workload, relabel, honorTimestamps } = target;
  const version = workload === undefined ? undefined : imageVersion(workload.spec.image);
  return {
    name: job,
    host: workload === undefined ? host : workload.discoveryName(host),
    port,
    path,
    each: workload !== undefined,
    relabel,
    honorTimestamps,
    labels: { ...placeLabels(where), service: job, ...(version === undefined ? {} : { version }) },
  };
}

/** Returns labels of all metrics of one stack. */
export function placeLabels(where: IConstruct): { readonly system: string; readonly environment: string } {
  const { system, environment } = stackContext(where);
  return { system, environment: environment.name };
}
