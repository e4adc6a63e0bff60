import type { BackupRecord, ServerRecord } from '../../model/backup-record';
import { PIDS_LIMIT } from '../../model/workload-spec';

/** What differs between a server and the files of a volume, when they are brought back. */
export interface Kind {
  /** Job of the backup program that saves it. */
  readonly job: string;
  /** Where the program has the volume that it restores into. */
  readonly mountPath: string;
  /** What it fills there. */
  readonly directory: string;
  /** Words that stand behind those of a restore. */
  readonly settings: readonly string[];
  readonly limits: Limits;
  /** Host names of services that are stopped first. */
  readonly stopped: readonly string[];
  /** What happens to those who use it, to be asked for. */
  readonly consequence: string;
  /** Program to look into it with, and other ways to do so. */
  readonly program: string;
  readonly hint?: (container: string) => string;
}

/** Those of the container in which a restore runs. */
export interface Limits {
  readonly user: string;
  readonly capabilities: readonly string[];
  /** Megabytes. */
  readonly memory: number;
  /** Megabytes. */
  readonly sharedMemory?: number;
  /** Most processes and threads. */
  readonly pids: number;
}

/** Megabytes at least, as the container that takes backups has them. */
const LEAST_MEMORY = 1024;

export function kindOf(record: BackupRecord): Kind {
  return record.kind === 'postgres' ? serverKind(record) : FILES;
}

/** `latest` is to be its very last transaction, so it is stopped before. */
function serverKind({ name, server }: ServerRecord): Kind {
  const {
    user,
    memoryMebibytes,
    sharedMemoryMebibytes: sharedMemory,
    command,
    mountPath,
    directory,
    pidsLimit,
  } = server;
  return {
    job: 'dump',
    mountPath,
    directory,
    settings: ['--', ...command],
    limits: {
      user,
      capabilities: [],
      memory: Math.max(memoryMebibytes, LEAST_MEMORY),
      sharedMemory,
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
  // What it takes to make files of anybody, as they were.
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
