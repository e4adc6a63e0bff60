import { readFileSync } from 'node:fs';
import { programFile } from '../../program-folder';
import { isEnvironmentKey } from '../../values';
import { secretPath } from '../../model/secrets/secret';
import { PATIENCE_SECONDS, REQUESTS_DIRECTORY, stopsOnRequest } from '../../model/workload/stop-requests';
import type { Workload } from '../../model/workload/workload';

const STOP = programFile('quiesce', 'stop.sh');

/** Start of a workload that wants secrets as variables, or that backups may stop. */
export interface StartWrapper {
  /**
   * Entry point in place of the program's: a shell that sets the variables from their files, waits while a backup asks
   * for it, and then becomes the program. The values are in the process's environment only, in no inspect.
   */
  readonly entrypoint: readonly string[];
  /** Words before those of the program. */
  readonly args: readonly string[];
}

/** Undefined for a workload that starts without a wrapper. */
export function startWrapper(workload: Workload): StartWrapper | undefined {
  const { secretExports } = workload;
  const stops = stopsOnRequest(workload);
  if (secretExports.size === 0 && !stops) return undefined;
  const sets = [...secretExports].map(
    // The character at the end keeps line ends, which the shell would drop.
    ([key, secret]) => `${key}="$(cat ${secretPath(secret)} && printf x)" && export ${key}="\${${key}%x}" || exit 1`,
  );
  return {
    entrypoint: ['/bin/sh', '-c', [...sets, stops ? stopScript() : 'exec "$@"'].join('; '), 'start'],
    args: [...(stops ? stopWords(workload) : []), ...keptBy(workload)],
  };
}

/**
 * Returns arguments that set variables again whose names a shell cannot hold: it removes them for the programs it
 * starts.
 */
function keptBy({ variables }: Workload): string[] {
  const odd = variables.entries().filter(([key]) => !isEnvironmentKey(key));
  return odd.length === 0 ? [] : ['env', ...odd.map(([key, value]) => `${key}=${value}`)];
}

/** Returns the script without its comments, because it is visible in the container's configuration. */
function stopScript(): string {
  const lines = readFileSync(STOP, 'utf8').split('\n');
  return lines.filter((line) => !line.startsWith('#')).join('\n');
}

function stopWords({ spec }: Workload): string[] {
  const signal = (spec.stopSignal ?? 'TERM').replace(/^SIG/i, '').toUpperCase();
  const seconds = [Math.ceil(spec.stopGracePeriod.toMillis() / 1000), PATIENCE_SECONDS];
  return [REQUESTS_DIRECTORY, spec.hostname, signal, ...seconds.map(String)];
}
