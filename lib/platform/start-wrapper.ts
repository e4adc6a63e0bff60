import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isEnvironmentKey } from '../values';
import { secretPath } from '../model/secret';
import { PATIENCE_SECONDS, REQUESTS_DIRECTORY, stopsOnRequest } from '../model/stop-requests';
import type { Workload } from '../model/workload';

const STOP = join(__dirname, '..', 'assets', 'quiesce', 'stop.sh');

/**
 * Returns the start command of a workload with secrets as variables, or of one that backups may stop. A shell sets the
 * variables from their files, waits while a backup asks for it, and then becomes the program. The values are only in
 * the process's environment, and in no inspect.
 */
export function startWrapper(workload: Workload): { entrypoint?: string[]; command?: string[] } {
  const { secretExports, spec } = workload;
  const stops = stopsOnRequest(workload);
  if (secretExports.size === 0 && !stops) return {};
  const sets = [...secretExports].map(
    // The character at the end keeps line ends, which the shell would drop.
    ([key, secret]) => `${key}="$(cat ${secretPath(secret)} && printf x)" && export ${key}="\${${key}%x}" || exit 1`,
  );
  const program = [
    ...(stops ? stopWords(workload) : []),
    ...keptBy(workload),
    ...(spec.entrypoint ?? []),
    ...(spec.command ?? []),
  ];
  return {
    entrypoint: ['/bin/sh', '-c', [...sets, stops ? stopScript() : 'exec "$@"'].join('; '), 'start'],
    command: program,
  };
}

/**
 * Returns arguments that set variables again whose names a shell cannot hold: it removes them for the programs it
 * starts.
 */
function keptBy({ environment }: Workload): string[] {
  const odd = environment.entries().filter(([key]) => !isEnvironmentKey(key));
  return odd.length === 0 ? [] : ['env', ...odd.map(([key, value]) => `${key}=${value}`)];
}

/** Returns the script without its comments, because it is visible in the container's configuration. */
function stopScript(): string {
  const lines = readFileSync(STOP, 'utf8').split('\n');
  return lines.filter((line) => !line.startsWith('#')).join('\n');
}

function stopWords({ spec }: Workload): string[] {
  const signal = (spec.stopSignal ?? 'TERM').replace(/^SIG/i, '').toUpperCase();
  const seconds = [Math.ceil(spec.stopGrace.toMillis() / 1000), PATIENCE_SECONDS];
  return [REQUESTS_DIRECTORY, spec.hostname, signal, ...seconds.map(String)];
}
