import type { IConstruct } from 'constructs';
import type { Image } from '../../values';
import type { ScrapeJob } from '../../config';
import type { ScrapeTarget } from '../../model/scrapable';
import { stackContext } from '../../model/stack-context';

/** What Prometheus does about a target. */
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

/** Of all that is read in one stack. */
export function placeLabels(where: IConstruct): { readonly system: string; readonly environment: string } {
  const { system, environment } = stackContext(where);
  return { system, environment: environment.name };
}

/** What is built from source has no version of its own but its content, of which `docker inspect` tells. */
export function versionOf(image: Image): string | undefined {
  return image.kind === 'built' ? undefined : (image.reference.tag ?? image.reference.digest);
}
