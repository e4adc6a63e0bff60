import { resolve } from 'node:path';
import type { Construct } from 'constructs';
import { Duration, HealthCheck, Size } from '../../values';
import type { Image } from '../../values';
import type { BackupMount } from '../../model/backup-record';
import type { BackupSource } from '../../model/backup-source';
import { DataVolume } from '../../model/data-volume';
import { Tier } from '../../model/network';
import { Service } from '../../model/service';
import { runtimeSpec } from '../runtime';
import { SOCKET_DIRECTORY } from '../postgres/postgres-layout';
import type { BackupRepository } from './backup-repository';
import { BACKUP_USER, hiddenData } from './backup-image';

export interface BackupParts {
  readonly hostname: string;
  readonly source: BackupSource;
  /** With the programs that take and prove backups. */
  readonly image: Image;
  readonly repositories: readonly BackupRepository[];
}

const COMMAND = ['python3', '-m', 'backup'];

/**
 * Runs the jobs when they are due. It reads the database over the socket, so it needs no password and no network to it.
 */
export class BackupProgram extends Service {
  /** What of the host is mounted for repositories. */
  public readonly mounts: readonly BackupMount[];

  public constructor(scope: Construct, id: string, { hostname, source, image, repositories }: BackupParts) {
    const spec = runtimeSpec(
      {
        hostname,
        image,
        entrypoint: [...COMMAND, 'schedule'],
        command: [],
        user: BACKUP_USER,
        temporaryDirectories: [{ path: '/tmp' }, ...hiddenData(source)],
        healthCheck: HealthCheck.command(['python3', '-c', ALIVE], { interval: Duration.seconds(30) }),
        // Dumps in compression, and restic's index.
        memory: Size.gibibytes(1),
        replacement: 'stop-first',
        // A job that is stopped takes its lock out of the repository.
        stopGrace: Duration.seconds(30),
        ownedPaths: repositories.filter(({ local }) => local?.kind === 'volume').map(({ name }) => pathOf(name)),
      },
      {},
    );
    super(scope, id, Tier.APP, spec);
    const { workload } = this;
    if (source.socket !== undefined) workload.addVolume(source.socket, SOCKET_DIRECTORY);
    workload.startAfter(source.workload);
    new DataVolume(this, 'State', { name: `${hostname}-state` }).mountInto(this, '/state');
    new DataVolume(this, 'Spool', { name: `${hostname}-spool` }).mountInto(this, '/spool');
    this.mounts = repositories.flatMap((repository) => this.mount(repository));
  }

  private mount({ name, local }: BackupRepository): readonly BackupMount[] {
    if (local === undefined) return [];
    const { kind, source } = local;
    const path = pathOf(name);
    if (kind === 'directory') {
      this.workload.addDirectory(source, path, { readOnly: false });
      return [{ repository: name, kind, source: resolve(source), path }];
    }
    const { volume } = new DataVolume(this, `Repository-${name}`, { name: `${this.hostname}-${name}` });
    this.workload.addVolume(volume, path);
    return [{ repository: name, kind, source: volume.spec.name, path }];
  }
}

/** The metrics answer, so the program runs. */
const ALIVE = 'import urllib.request as r; r.urlopen("http://127.0.0.1:9746/metrics", timeout=3)';

function pathOf(repository: string): string {
  return `/repositories/${repository}`;
}
