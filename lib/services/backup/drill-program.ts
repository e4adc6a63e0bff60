import type { Construct } from 'constructs';
import { Size } from '../../values';
import { Service } from '../../model/workload/service';
import { Tier } from '../../model/workload/network';
import { TMP } from '../../model/workload/service-spec';
import { stackContext } from '../../model/stack/stack-context';
import { runtimeSpec } from '../shared/runtime';
import { hiddenData } from './backup-image';
import { SCRATCH } from './backup-program';
import type { BackupParts, BackupProgram } from './backup-program';

/** Capabilities that only copies need: fetched files already have their owners and modes. */
const ONLY_FOR_COPIES = ['CHOWN', 'FSETID'];

/** Restores what the program fetched; a database into a server of its own. It has no network, no key and no sockets. */
export class DrillProgram extends Service {
  public constructor(scope: Construct, id: string, { hostname, source, image, runAs }: BackupParts) {
    const spec = runtimeSpec(
      {
        hostname: `${hostname}-drill`,
        image,
        entrypoint: ['python3', '-m', 'backup', 'drill'],
        command: [],
        user: runAs.user,
        capabilities: runAs.capabilities.filter((name) => !ONLY_FOR_COPIES.includes(name)),
        tmpfs: [TMP, ...hiddenData(source)],
        memory: Size.gibibytes(1),
        shmSize: Size.mebibytes(256),
        replacement: 'stop-first',
        isolated: true,
      },
      {},
    );
    super(scope, id, Tier.DATA, spec);
  }

  /** Shares the volume of fetched files with the program. The volume is removed with the stack. */
  public shareWith(program: BackupProgram): void {
    const { environment, stackName } = stackContext(this);
    const spec = { name: `${stackName}-${this.hostname}-scratch`, keep: false, data: false };
    const volume = environment.platform.createVolume(this, 'Scratch', spec);
    this.workload.addVolume(volume, SCRATCH);
    program.workload.addVolume(volume, SCRATCH);
  }
}
