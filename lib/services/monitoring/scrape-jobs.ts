import type { IConstruct } from 'constructs';
import type { Image } from '../../values';
import type { ScrapeJob } from '../../config';
import type { ScrapeTarget } from '../../model/scrapable';
import { stackContext } from '../../model/stack-context';

/** Returns the scrape job of a target. */
export function scrapeJob(where: IConstruct, target: ScrapeTarget): ScrapeJob {
  const { job, host, port, path, workload, relabel, honorTimestamps } = target;
  const version = workload === undefined ? undefined : versionOf(workload.spec.image);
  return {
    name: job,
    host,
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

/** Returns the version of an image. A built image has no version except its content, which `docker inspect` shows. */
export function versionOf(image: Image): string | undefined {
  return image.kind === 'built' ? undefined : (image.reference.tag ?? image.reference.digest);
}
