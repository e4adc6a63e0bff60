import type { Container } from '@cdktf/provider-docker/lib/container';
import { Duration } from '../../values';
import { makeContainer } from './container';
import type { EngineWorkload } from './workload';
import { mountBlocks } from './blocks';

/** Process limit of the job, which is one program. */
const OWNERSHIP_PROCESSES = 32;

/**
 * Returns a short job that gives fresh volumes to the user of the workload, for images whose data directories belong to
 * root. It has one capability and no network.
 */
export function renderOwnership(workload: EngineWorkload): Container | undefined {
  const { ownedPaths, user, hostname } = workload.spec;
  if (ownedPaths.length === 0 || user === undefined) return undefined;
  const container = makeContainer(workload, 'Ownership', `${hostname}-ownership`, {
    name: workload.nameOf('-ownership'),
    image: workload.image.id,
    user: '0:0',
    entrypoint: ['chown', '-R', user, ...ownedPaths],
    command: [],
    networkMode: 'none',
    readOnly: true,
    capabilities: { drop: ['ALL'], add: ['CAP_CHOWN', 'CAP_DAC_READ_SEARCH'] },
    securityOpts: ['no-new-privileges:true'],
    mustRun: false,
    restart: 'no',
    logDriver: 'json-file',
    destroyGraceSeconds: 1,
  });
  container.putLabels(workload.labels('ownership'));
  container.putVolumes(mountBlocks(workload).filter((mount) => ownedPaths.includes(mount.containerPath ?? '')));
  container.provisioners = [workload.stack.gate.job(Duration.minutes(2), { '': OWNERSHIP_PROCESSES })];
  return container;
}
