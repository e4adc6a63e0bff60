import type { BackupRecord, ServerRecord } from '../../../model/stack/backup-record';
import { PIDS_LIMIT } from '../../../model/workload/workload-spec';

/** Differences between a restore of a server and one of the files of a volume. */
export interface Kind {
  /** Job of the backup program that saves it. */
  readonly job: string;
  /** Mount path of the new volume in the program's container. */
  readonly mountPath: string;
  /** Directory that the program fills there. */
  readonly directory: string;
  /** Arguments after those of a restore. */
  readonly settings: readonly string[];
  readonly limits: Limits;
  /** Host names of services that are stopped first. */
  readonly stopped: readonly string[];
  /** Effect on its users, for the question. */
  readonly consequence: string;
  /** Program to examine the data with, and alternatives. */
  readonly program: string;
  readonly hint?: (container: string) => string;
}

/** Limits of the container that runs a restore. */
export interface Limits {
  readonly user: string;
  readonly capabilities: readonly string[];
  /** Size of /dev/shm in megabytes. */
  readonly memory: number;
  /** Size of /dev/shm in megabytes. */
  readonly shmSize?: number;
  /** Limit of processes and threads. */
  readonly pids: number;
}

/** Smallest memory limit in megabytes, the same as that of the backup container. */
const LEAST_MEMORY = 1024;

export function kindOf(record: BackupRecord): Kind {
  return record.kind === 'postgres' ? serverKind(record) : FILES;
}

/** Returns the kind of a server. It is stopped first, because `latest` must include its very last transaction. */
function serverKind({ name, server }: ServerRecord): Kind {
  const { user, memoryMebibytes, sharedMemoryMebibytes: shmSize, command, mountPath, directory, pidsLimit } = server;
  return {
    job: 'dump',
    mountPath,
    directory,
    settings: ['--', ...command],
    limits: {
      user,
      capabilities: [],
      memory: Math.max(memoryMebibytes, LEAST_MEMORY),
      shmSize,
      pids: Math.max(pidsLimit, PIDS_LIMIT),
    },
    stopped: [name],
    consequence: 'It is stopped until then.',
    program: `psql --username=${server.superuser}`,
  };
}

const FILES: Kind = {
  job: 'files',
  mountPath: '/restored',
  directory: '/restored',
  settings: [],
  // Capabilities to make files of any user with their modes.
  limits: {
    user: '0:0',
    capabilities: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID'],
    memory: LEAST_MEMORY,
    pids: PIDS_LIMIT,
  },
  stopped: [],
  consequence: 'Whoever mounts it is replaced by the deploy; what is written until then stays in the volume of before.',
  program: 'sh',
  hint: (container) => `Take files out of it: docker cp ${container}:/restored/… .`,
};
