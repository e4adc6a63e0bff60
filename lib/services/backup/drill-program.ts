import type { Construct } from 'constructs';
import { Size } from '../../values';
import { Service } from '../../model/service';
import { Tier } from '../../model/network';
import { TMP } from '../../model/service-spec';
import { stackContext } from '../../model/stack-context';
import { runtimeSpec } from '../runtime';
import { hiddenData } from './backup-image';
import { SCRATCH } from './backup-program';
import type { BackupParts, BackupProgram } from './backup-program';

/** What is fetched has its owners and modes already. */
const ONLY_FOR_COPIES = ['CHOWN', 'FSETID'];

/** Restores what it is handed, a database into a server of its own. It has no network, no key and no socket of anything. */
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
        temporaryDirectories: [TMP, ...hiddenData(source)],
        memory: Size.gibibytes(1),
        sharedMemory: Size.mebibytes(256),
        replacement: 'stop-first',
        isolated: true,
      },
      {},
    );
    super(scope, id, Tier.DATA, spec);
  }

  /** What is fetched for a drill lies in a volume of both; it goes with the stack. */
  public shareWith(program: BackupProgram): void {
    const { environment, stackName } = stackContext(this);
    const spec = { name: `${stackName}-${this.hostname}-scratch`, keep: false, data: false };
    const volume = environment.platform.createVolume(this, 'Scratch', spec);
    this.workload.addVolume(volume, SCRATCH);
    program.workload.addVolume(volume, SCRATCH);
  }
}
