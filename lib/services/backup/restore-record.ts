import type { BackupFile, BackupMount, BackupRecord } from '../../model/backup-record';
import type { BackupSource } from '../../model/backup-source';
import { dataLayout, postgresUser, SOCKET_DIRECTORY, SUPERUSER } from '../postgres/postgres-layout';

export interface RestoreParts {
  /** Host name of what takes backups. */
  readonly hostname: string;
  readonly source: BackupSource;
  readonly mounts: readonly BackupMount[];
  /** Path of the file with the settings, and its content. */
  readonly file: string;
  readonly content: string;
}

/** What a restore has to know; none for a source that is no server. */
export function restoreRecord({ hostname, source, mounts, file, content }: RestoreParts): readonly BackupRecord[] {
  if (source.kind !== 'postgres') return [];
  const { server, socket, volume, workload } = source;
  if (server === undefined || socket === undefined) return [];
  const { command = [], image, memory, sharedMemory, user } = workload.spec;
  const { mountPath, dataDirectory } = dataLayout(server.majorVersion);
  const { name, declared = name } = volume.spec;
  return [
    {
      hostname,
      server: {
        hostname: source.name,
        majorVersion: server.majorVersion,
        superuser: SUPERUSER,
        user: user ?? postgresUser(image),
        command,
        network: server.network.spec.name,
        socket: { volume: socket.spec.name, path: SOCKET_DIRECTORY },
        memoryMebibytes: memory.toMebibytes(),
        sharedMemoryMebibytes: sharedMemory?.toMebibytes(),
        data: { volume: name, declared, mountPath, directory: dataDirectory },
      },
      file,
      settings: JSON.parse(content) as BackupFile,
      mounts,
    },
  ];
}
