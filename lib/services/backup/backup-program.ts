import { resolve } from 'node:path';
import type { Construct } from 'constructs';
import { Duration, HealthCheck, Size } from '../../values';
import type { Image } from '../../values';
import type { BackupMount } from '../../model/stack/backup-record';
import type { BackupSource } from '../../model/capabilities/backup-source';
import { DataVolume } from '../../model/workload/data-volume';
import { Tier } from '../../model/workload/network';
import { Service } from '../../model/workload/service';
import { TMP } from '../../model/workload/service-spec';
import { stackContext } from '../../model/stack/stack-context';
import { runtimeSpec } from '../shared/runtime';
import { SOCKET_DIRECTORY } from '../postgres/postgres-layout';
import type { BackupRepository } from './backup-repository';
import { hiddenData } from './backup-image';
import type { BackupUser } from './backup-user';

export interface BackupParts {
  readonly hostname: string;
  readonly source: BackupSource;
  /** Image with the programs that take and verify backups. */
  readonly image: Image;
  readonly runAs: BackupUser;
  readonly repositories: readonly BackupRepository[];
}

/** The volume of base backups and the write-ahead log. The receiver writes to it, and the program manages it. */
export interface ArchiveParts {
  readonly archive: DataVolume;
  /** Content of `BARMAN_FILE`. */
  readonly settings: string;
}

/** Directory of the fetched files for the drill. */
export const SCRATCH = '/scratch';

const COMMAND = ['python3', '-m', 'backup'];
/** Directory of the base backups and the write-ahead log. */
export const ARCHIVE = '/archive';
export const BARMAN_FILE = '/etc/docker-constructs/barman.conf';

/** Runs the jobs on schedule. It reads a database over its socket, so it needs no password and no network to it. */
export class BackupProgram extends Service {
  /** Directories and volumes of the host that are mounted for repositories. */
  public readonly mounts: readonly BackupMount[];

  public constructor(scope: Construct, id: string, { hostname, source, image, runAs, repositories }: BackupParts) {
    const spec = runtimeSpec(
      {
        hostname,
        image,
        entrypoint: [...COMMAND, 'schedule'],
        command: [],
        user: runAs.user,
        capabilities: runAs.capabilities,
        tmpfs: [TMP, ...hiddenData(source)],
        healthCheck: HealthCheck.command(['python3', '-c', ALIVE], { interval: Duration.seconds(30) }),
        // For dumps with compression, and restic's index.
        memory: Size.gibibytes(1),
        replacement: 'stop-first',
        // A job that is stopped removes its lock from the repository.
        stopGracePeriod: Duration.seconds(30),
        ownedPaths: [
          ...repositories.filter(({ local }) => local?.kind === 'volume').map(({ name }) => pathOf(name)),
          ...(runAs.owner !== undefined ? ['/state', '/spool', SCRATCH] : []),
        ],
      },
      {},
    );
    super(scope, id, Tier.APP, spec);
    const { workload } = this;
    const context = stackContext(this);
    if (!context.egress) workload.joinNetwork(context.network(Tier.EGRESS));
    if (source.kind === 'postgres') {
      if (source.socket !== undefined) workload.addVolume(source.socket, SOCKET_DIRECTORY);
      workload.startAfter(source.workload);
    }
    new DataVolume(this, 'State', { name: `${hostname}-state`, acceptNoBackup: 'it is part of the backup' }).mountInto(
      this,
      '/state',
    );
    new DataVolume(this, 'Spool', { name: `${hostname}-spool`, acceptNoBackup: 'it is part of the backup' }).mountInto(
      this,
      '/spool',
    );
    this.mounts = repositories.flatMap((repository) => this.mount(repository));
  }

  private mount({ name, local }: BackupRepository): readonly BackupMount[] {
    if (local === undefined) return [];
    const { kind, source } = local;
    const path = pathOf(name);
    if (kind === 'directory') {
      this.workload.addBindMount(source, path, { readOnly: false });
      return [{ repository: name, kind, source: resolve(source), path }];
    }
    const { volume } = new DataVolume(this, `Repository-${name}`, {
      name: `${this.hostname}-${name}`,
      acceptNoBackup: 'it is the backup',
    });
    this.workload.addVolume(volume, path);
    return [{ repository: name, kind, source: volume.spec.name, path }];
  }

  public keep({ archive, settings }: ArchiveParts): void {
    archive.mountInto(this, ARCHIVE);
    this.workload.addFile({ path: BARMAN_FILE, content: settings });
  }
}

/** Command that succeeds when the program answers with its metrics. */
const ALIVE = 'import urllib.request as r; r.urlopen("http://127.0.0.1:9746/metrics", timeout=3)';

function pathOf(repository: string): string {
  return `/repositories/${repository}`;
}
