import { quote, Size } from '../../values';
import { settingBytes, settingNumber } from './setting-values';
import type { ServerSettings } from './setting-values';

/** Limits of the container that the settings of a server must fit into. */
export interface ServerRoom {
  /** Memory limit of the container. */
  readonly memory: Size;
  /** Size of /dev/shm. */
  readonly shmSize: Size;
}

const MIB = 1024 ** 2;
/** Defaults of the server. */
const SHARED_BUFFERS = 128 * MIB;
const MAINTENANCE_WORK_MEM = 64 * MIB;
const WORK_MEM = 4 * MIB;
/** Smallest size of /dev/shm; enough for the server's defaults. */
const LEAST_SHARED_MEMORY = 256 * MIB;
const SHARED_MARGIN = 64 * MIB;
/** Share of the memory limit that the buffers may take; the rest is for connections and maintenance. */
const BUFFERS_SHARE = 0.75;

/** Settings that the construct sets, with the advice what to do instead. */
const OWN_SETTINGS: Readonly<Record<string, string>> = {
  data_directory: 'the data directory follows from the major version',
  hba_file: 'the rules of access are part of the construct',
  listen_addresses: 'consumers reach it over the networks that it joins',
  port: 'state a port of the host in `expose`',
  unix_socket_directories: 'its jobs and backups look for the socket in its volume',
};

/**
 * Returns the size of /dev/shm that the largest parallel operation of these settings needs: an index, a vacuum, a hash
 * join.
 */
export function sharedMemoryFor(settings: ServerSettings): Size {
  const needed = Math.max(...parallelNeeds(settings).map(({ bytes }) => bytes + SHARED_MARGIN), LEAST_SHARED_MEMORY);
  return Size.mebibytes(Math.ceil(needed / MIB));
}

/** Returns one sentence about each wrong setting. With it the server does not start, or is killed under load. */
export function settingFindings(settings: ServerSettings, room: ServerRoom): readonly string[] {
  return [
    ...ownSettings(settings),
    ...memoryFindings(settings, room),
    ...sharedMemoryFindings(settings, room),
    ...startFindings(settings),
  ];
}

/** Returns sentences about settings that work until many sessions use their limit at once. */
export function settingNotes(settings: ServerSettings, { memory }: Pick<ServerRoom, 'memory'>): readonly string[] {
  if (settings.work_mem === undefined && settings.max_connections === undefined) return [];
  const work = settingBytes(settings, 'work_mem', WORK_MEM) ?? 0;
  const connections = settingNumber(settings, 'max_connections', 100) ?? 0;
  const buffers = settingBytes(settings, 'shared_buffers', SHARED_BUFFERS) ?? 0;
  if (buffers + work * connections <= memory.toBytes()) return [];
  return [
    `\`work_mem\` of ${size(work)} for each of ${connections} connections and \`shared_buffers\` of ${size(buffers)} are more ` +
      `than \`memory\` (${size(memory.toBytes())}); the server is killed when all connections sort at once`,
  ];
}

function ownSettings(settings: ServerSettings): readonly string[] {
  return Object.entries(OWN_SETTINGS)
    .filter(([name]) => settings[name] !== undefined)
    .map(
      ([name, instead]) =>
        `\`settings\` states ${quote(name)}, which belongs to the construct; leave it out: ${instead}`,
    );
}

function memoryFindings(settings: ServerSettings, { memory }: ServerRoom): readonly string[] {
  const limit = memory.toBytes();
  const buffers = settingBytes(settings, 'shared_buffers', SHARED_BUFFERS) ?? 0;
  const maintenance = settingBytes(settings, 'maintenance_work_mem', MAINTENANCE_WORK_MEM) ?? 0;
  if (buffers > limit * BUFFERS_SHARE) {
    return [
      `\`shared_buffers\` of ${size(buffers)} must be at most three quarters of \`memory\` (${size(limit)}), or the server is ` +
        'killed when they fill; state less of it, or more memory',
    ];
  }
  if (buffers + maintenance <= limit) return [];
  return [
    `\`maintenance_work_mem\` of ${size(maintenance)} and \`shared_buffers\` of ${size(buffers)} must fit into \`memory\` ` +
      `(${size(limit)}) together, or the server is killed by an index build; state less of them, or more memory`,
  ];
}

function sharedMemoryFindings(settings: ServerSettings, { shmSize }: ServerRoom): readonly string[] {
  return parallelNeeds(settings)
    .filter(({ bytes }) => bytes > shmSize.toBytes())
    .map(
      ({ name, bytes }) =>
        `\`shmSize\` of ${size(shmSize.toBytes())} must hold what one parallel operation takes, ${size(bytes)} by ` +
        `\`${name}\`, or it fails with "No space left on device"; leave \`shmSize\` out, or state less of the setting`,
    );
}

function startFindings(settings: ServerSettings): readonly string[] {
  const connections = settingNumber(settings, 'max_connections', 100);
  const reserved =
    (settingNumber(settings, 'superuser_reserved_connections', 3) ?? 0) +
    (settingNumber(settings, 'reserved_connections', 0) ?? 0);
  const senders = settingNumber(settings, 'max_wal_senders', 10) ?? 0;
  return [
    ...(connections === undefined || connections > reserved
      ? []
      : [
          `\`max_connections\` must be more than the ${reserved} that are reserved, got ${connections}, or the server does not start`,
        ]),
    ...(settings.wal_level === 'minimal' && senders > 0
      ? [
          `\`wal_level\` "minimal" needs \`max_wal_senders: 0\`, got ${senders}, or the server does not start; leave it out, as ` +
            'backups need "replica"',
        ]
      : []),
  ];
}

/** Returns the bytes of /dev/shm that one parallel operation takes, by the setting that limits it. */
function parallelNeeds(settings: ServerSettings): readonly { readonly name: string; readonly bytes: number }[] {
  if (![undefined, 'posix'].includes(settings.dynamic_shared_memory_type as string | undefined)) return [];
  const maintainers = settingNumber(settings, 'max_parallel_maintenance_workers', 2) ?? 0;
  const maintenance = settingBytes(settings, 'maintenance_work_mem', MAINTENANCE_WORK_MEM) ?? 0;
  const gatherers = settingNumber(settings, 'max_parallel_workers_per_gather', 2) ?? 0;
  const work = settingBytes(settings, 'work_mem', WORK_MEM) ?? 0;
  const multiplier = settingNumber(settings, 'hash_mem_multiplier', 2) ?? 1;
  return [
    { name: 'maintenance_work_mem', bytes: maintainers > 0 ? maintenance : 0 },
    { name: 'work_mem', bytes: gatherers > 0 ? work * multiplier * (gatherers + 1) : 0 },
  ];
}

function size(bytes: number): string {
  return `${Math.ceil(bytes / MIB)} MiB`;
}
