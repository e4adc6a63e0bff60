import { readFileSync } from 'node:fs';
import type { Construct } from 'constructs';
import { programFile } from '../../program-folder';
import { ConfigurationError, quote } from '../../values';
import { Tier } from '../../model/workload/network';
import { Service } from '../../model/workload/service';
import type { Volume } from '../../model/workload/volume';
import { runtimeSpec } from '../shared/runtime';
import type { Quiesce } from './quiesce';

/** Directory in which the backup and the programs that answer it exchange requests. */
export const REQUESTS = '/quiesce';

const SCRIPT = programFile('quiesce', 'copy.sh');

export interface CopyParts {
  readonly hostname: string;
  readonly volume: Volume;
  readonly requests: Volume;
  readonly quiesce: Extract<Quiesce, { kind: 'command' }>;
}

/** Runs a command that writes a consistent copy, each time a backup asks for one. It has no network. */
export class CopyProgram extends Service {
  public constructor(scope: Construct, id: string, { hostname, volume, requests, quiesce }: CopyParts) {
    const { service, image, command, writable } = quiesce;
    const { spec } = service.workload;
    const runtime = runtimeSpec(
      {
        hostname,
        image: image ?? spec.image,
        entrypoint: ['/bin/sh', '-c', script(), 'copy', REQUESTS, hostname],
        command,
        user: spec.user,
        memory: spec.memory,
        replacement: 'stop-first',
        isolated: true,
      },
      {},
    );
    super(scope, id, Tier.DATA, runtime);
    this.workload.addVolume(volume, this.directoryOf(volume, quiesce), { readOnly: writable !== true });
    this.workload.addVolume(requests, REQUESTS);
    this.workload.startAfter(service.workload);
  }

  private directoryOf(volume: Volume, { directory, service }: CopyParts['quiesce']): string {
    const found = directory ?? service.workload.volumeMounts.find((mount) => mount.volume === volume)?.path;
    if (found !== undefined) return found;
    throw new ConfigurationError(
      this,
      `does not know where the command finds the volume, which ${quote(service.hostname)} does not mount; mount it ` +
        'before the BackupJob, or state `directory`',
    );
  }
}

/** Returns the script without its comments, because it is visible in the container's configuration. */
function script(): string {
  const lines = readFileSync(SCRIPT, 'utf8').split('\n');
  return lines.filter((line) => !line.startsWith('#')).join('\n');
}
