import { ConfigurationError, quote } from '../../values';
import type { Volume } from './volume';
import type { Workload } from './workload';
import type { WorkloadSpec } from './workload-spec';

/** Directory of the requests in a workload that stops on request. */
export const REQUESTS_DIRECTORY = '/run/docker-constructs/requests';

/** Seconds after which a request that is not renewed expires, because its maker has died. */
export const PATIENCE_SECONDS = 15;

/**
 * Lets a backup that shares the volume stop the workload's program for a while. The program starts through a wrapper.
 */
export function stopOnRequest(workload: Workload, volume: Volume): void {
  const { spec } = workload;
  const what = unstoppable(spec);
  if (what !== undefined) {
    throw new ConfigurationError(
      workload,
      `${quote(spec.hostname)} is ${what}, and only one container of a service can be stopped for backups; ` +
        'choose another way to `quiesce`',
    );
  }
  if (stopsOnRequest(workload)) {
    throw new ConfigurationError(
      workload,
      `${quote(spec.hostname)} is stopped for another backup already, and has one place for requests; keep its data in ` +
        'one volume, or choose another way to `quiesce`',
    );
  }
  workload.addVolume(volume, REQUESTS_DIRECTORY);
}

function unstoppable({ kind, replicas, onEachHost }: WorkloadSpec): string | undefined {
  if (kind === 'job') return 'a job';
  if (onEachHost === true) return 'one container on each host';
  return replicas > 1 ? `${replicas} replicas` : undefined;
}

export function stopsOnRequest(workload: Workload): boolean {
  return workload.volumeMounts.some(({ path }) => path === REQUESTS_DIRECTORY);
}
