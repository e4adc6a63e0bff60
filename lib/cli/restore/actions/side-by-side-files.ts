import { PIDS_LIMIT } from '../../../model/workload/workload-spec';
import { nameOf } from './side-by-side-volume';
import { imageOf } from '../docker/images';
import { kindOf } from '../points/source-kind';
import { RESTORED_LABEL } from '../docker/labels';
import { keyOf } from '../context';
import type { Subject } from '../context';

/** Memory limit in megabytes: enough to look around. */
const MEMORY = 256;

/** Starts a container that mounts a restored volume. It can read everything in the volume, but change nothing. */
export async function holdFiles(subject: Subject, volume: string): Promise<void> {
  const { docker, record } = subject;
  const image = await imageOf(subject, record.hostname);
  const { mountPath: path } = kindOf(record);
  await docker.run([
    ...['run', '--detach', `--name=${nameOf(subject)}`, '--network=none', '--pull=never', '--init', '--user=0:0'],
    ...['--read-only', '--cap-drop=ALL', '--cap-add=DAC_READ_SEARCH', '--security-opt=no-new-privileges'],
    ...[`--memory=${MEMORY}m`, `--pids-limit=${PIDS_LIMIT}`, '--log-driver=none', `--workdir=${path}`],
    `--mount=type=volume,src=${volume},dst=${path},readonly`,
    ...[`--label=${RESTORED_LABEL}=${keyOf(subject)}`, '--entrypoint=sleep', image, 'infinity'],
  ]);
}
