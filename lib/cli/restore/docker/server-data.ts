import { ConfigurationError, quote } from '../../../values';
import { PIDS_LIMIT } from '../../../model/workload/workload-spec';
import { imageOf } from './images';
import type { Subject } from '../context';

/** Exit code of `test` for "no"; other codes except 0 come from the engine. */
const ABSENT = 1;
/** Memory limit in megabytes: it looks for one file. */
const MEMORY = 64;

/**
 * Refuses a volume without a server's data. A server would make an empty database on it, and the log of that one would
 * put the archive aside.
 *
 * @throws ConfigurationError for a volume without such data
 */
export async function refuseWithoutData(subject: Subject, volume: string): Promise<void> {
  const { docker, record } = subject;
  if (record.kind !== 'postgres') return;
  const { directory, majorVersion, mountPath, user } = record.server;
  const image = await imageOf(subject, record.name);
  const args = [
    ...['run', '--rm', '--network=none', '--pull=never', `--user=${user}`, '--read-only', '--cap-drop=ALL'],
    ...['--security-opt=no-new-privileges', `--memory=${MEMORY}m`, `--pids-limit=${PIDS_LIMIT}`],
    // Otherwise the engine fills an empty volume with the image's content.
    `--mount=type=volume,src=${volume},dst=${mountPath},readonly,volume-nocopy`,
    ...['--entrypoint=test', image, '-f', `${directory}/PG_VERSION`],
  ];
  const { status, errors } = await docker.try(args);
  if (status === 0) return;
  if (status !== ABSENT) throw new ConfigurationError(undefined, `docker run: ${errors || `exit code ${status}`}`);
  throw new ConfigurationError(
    undefined,
    `volume ${quote(volume)} has no data of PostgreSQL ${majorVersion} in ${directory.slice(mountPath.length + 1) || 'it'}; ` +
      'name the one of before, or one that a restore made: docker volume ls',
  );
}
