import type { BackedJob, BackedServer, BackupFile, BackupMount, BackupRecord } from '../../model/stack/backup-record';
import { jobsBehind } from '../../model/workload/restored-data';
import type { BackupSource, DatabaseSource } from '../../model/capabilities/backup-source';
import type { Service } from '../../model/workload/service';
import { PIDS_LIMIT } from '../../model/workload/workload-spec';
import { postgresUserOf } from '../postgres/image-family';
import { dataLayout, SOCKET_DIRECTORY, SUPERUSER } from '../postgres/postgres-layout';

export interface RestoreParts {
  /** Host name of the backup program. */
  readonly hostname: string;
  readonly source: BackupSource;
  readonly mounts: readonly BackupMount[];
  /** Path of the file with the settings, and its content. */
  readonly file: string;
  readonly content: string;
  /** All services of the stack. */
  readonly services: readonly Service[];
}

/** Returns the facts that a restore needs; undefined for a server that a restore cannot reach. */
export function restoreRecord(parts: RestoreParts): BackupRecord | undefined {
  const { hostname, source, mounts, file, content } = parts;
  const { name, declared = name } = source.volume.spec;
  const common = {
    hostname,
    name: source.name,
    volume: { name, declared },
    services: servicesWith(parts),
    jobs: jobsWith(parts),
    file,
    settings: JSON.parse(content) as BackupFile,
    mounts,
  };
  if (source.kind === 'volume') return { kind: 'volume', ...common };
  const server = backedServer(source);
  return server && { kind: 'postgres', ...common, server };
}

function servicesWith({ source, services }: RestoreParts): readonly string[] {
  const mounting = services.filter(({ workload }) =>
    workload.volumeMounts.some(({ volume }) => volume === source.volume),
  );
  return mounting.map(({ hostname }) => hostname);
}

function jobsWith({ source, services }: RestoreParts): readonly BackedJob[] {
  return jobsBehind(source.volume, services).map(({ hostname, workload }) => ({
    hostname,
    afterRestore: workload.spec.afterRestore ?? 'run',
  }));
}

function backedServer({ server, socket, workload }: DatabaseSource): BackedServer | undefined {
  if (server === undefined || socket === undefined) return undefined;
  const { command = [], memory, pidsLimit = PIDS_LIMIT, shmSize, user } = workload.spec;
  const { mountPath, dataDirectory } = dataLayout(server.majorVersion);
  return {
    majorVersion: server.majorVersion,
    superuser: SUPERUSER,
    user: user ?? postgresUserOf(server.distribution ?? 'debian'),
    command,
    network: server.network.name,
    socket: { volume: socket.spec.name, path: SOCKET_DIRECTORY },
    memoryMebibytes: memory.toMebibytes(),
    sharedMemoryMebibytes: shmSize?.toMebibytes(),
    pidsLimit,
    mountPath,
    directory: dataDirectory,
  };
}
