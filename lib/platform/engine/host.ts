import { relative, resolve } from 'node:path';
import { ConfigurationError, quote } from '../../values';
import type { Workload } from '../../model/workload/workload';

/** Returns true for the address of an engine on another machine. */
export function isElsewhere(host: string | undefined): host is string {
  if (host === undefined || /^(?:unix|npipe):/.test(host)) return false;
  return !/^\w+:\/\/(?:[^@/]*@)?(?:localhost|127\.0\.0\.1|\[::1\])(?::|$|\/)/.test(host);
}

/** Returns true for a path below the folder where this program runs. */
export function inProject(path: string): boolean {
  return !relative(process.cwd(), resolve(path)).startsWith('..');
}

/** Refuses directories of this project for an engine on another machine, which would make empty ones instead. */
export function assertDirectoriesThere(workload: Workload, host: string | undefined): void {
  if (!isElsewhere(host)) return;
  const stray = workload.bindMounts.find(({ source }) => inProject(source));
  if (stray === undefined) return;
  throw new ConfigurationError(
    workload,
    `directory ${quote(stray.source)} is in this project, and the engine ${quote(host)} mounts directories of its own ` +
      'machine; bring the files in with the image or `addFile`, or name a directory of that machine',
  );
}
