import { Cpus, Duration, HealthCheck, Image, Size } from '../values';

/** Most processes and threads in a container that states no number. A host of the usual size has 32,768 for all. */
export const PIDS_LIMIT = 1024;

/** A directory in memory that a read-only container may write to. */
export interface TemporaryDirectory {
  readonly path: string;
  /**
   * Most that it holds. What it holds counts as memory of the container in any case.
   * @default - no bound but the container's memory limit
   */
  readonly size?: Size;
  /**
   * Octal mode.
   * @default '1777'
   */
  readonly mode?: string;
}

/** A resource limit of each process. */
export interface Ulimit {
  /** Name of the limit, as Docker spells it: 'nofile', 'core', 'memlock', 'stack'. */
  readonly name: string;
  /** Most that a process may raise it to; -1 for no limit. In the limit's own unit. */
  readonly hard: number;
  /**
   * Limit that a process starts with; -1 for no limit.
   * @default - the hard one
   */
  readonly soft?: number;
}

export interface PublishedPort {
  readonly container: number;
  readonly host: number;
  /** IP address of the host, or '*' for all of them, IPv4 and IPv6. */
  readonly address: string;
  readonly protocol: 'tcp' | 'udp';
}

export interface LogRotation {
  /** A log file is rotated at this size. */
  readonly maxSize: Size;
  /** Number of files kept, the current one included. */
  readonly maxFiles: number;
}

/** Where the engine sends what a program writes. */
export interface LogDriver {
  /** As the engine calls it: 'json-file', 'splunk'. */
  readonly name: string;
  readonly options: Readonly<Record<string, string>>;
}

/** What the engine does so that others can watch a workload. */
export interface Observation {
  /** @default - files of the engine, rotated as `logs` says */
  readonly logDriver?: LogDriver;
  /**
   * Name of the control group above those of the containers, by which their use of memory and processors is known as
   * this workload's.
   * @default - the engine's
   */
  readonly controlGroup?: string;
}

/** Everything about a workload that is known when it is made. Each field is rendered by the platform, or refused. */
export interface WorkloadSpec {
  /** A service runs until it is stopped, a job until it has done its work. */
  readonly kind: 'service' | 'job';
  /** Name on the tier's network, unique in the stack; the physical names are made from it. */
  readonly hostname: string;
  readonly image: Image;
  /**
   * Words in place of the image's ENTRYPOINT and CMD.
   * @default - the image's own
   */
  readonly entrypoint?: readonly string[];
  /**
   * Words in place of the image's CMD; its ENTRYPOINT stays.
   * @default - the image's own
   */
  readonly command?: readonly string[];
  /** @default - the image's own */
  readonly workingDirectory?: string;
  /**
   * 'uid:gid' or a name of the image.
   * @default - as the image says
   */
  readonly user?: string;
  readonly readOnlyRoot: boolean;
  readonly temporaryDirectories: readonly TemporaryDirectory[];
  /** Linux capabilities kept after all were dropped, with or without CAP_. */
  readonly capabilities: readonly string[];
  readonly memory: Size;
  readonly cpus: Cpus;
  /**
   * Most processes and threads in each container. It holds from shortly after the start, and a change takes effect
   * without a restart.
   * @default - the platform's: 1024
   */
  readonly pidsLimit?: number;
  /**
   * Resource limits of each process, as `ulimit` knows them.
   * @default - the engine's
   */
  readonly ulimits?: readonly Ulimit[];
  /**
   * Size of /dev/shm.
   * @default - the engine's: 64 MiB
   */
  readonly sharedMemory?: Size;
  /** @default - the image's own */
  readonly healthCheck?: HealthCheck;
  /** @default - the image's own, else SIGTERM */
  readonly stopSignal?: string;
  /** Time between the stop signal and the kill. */
  readonly stopGrace: Duration;
  /** A small init as process 1 that forwards signals and reaps children. */
  readonly init: boolean;
  readonly logs: LogRotation;
  readonly replicas: number;
  readonly ports: readonly PublishedPort[];
  /**
   * Whether a new revision is healthy before the old one stops, or starts after it.
   * @default - 'stop-first' for what owns data or a port of the host, 'cutover' for all others
   */
  readonly replacement?: 'cutover' | 'stop-first';
  /** How long the rollout waits for health, or for a job's end. */
  readonly patience: Duration;
  /**
   * Of a job: whether it runs once its data was put in place of other data by a restore. The job starts after its gate has
   * looked.
   * @default 'run'
   */
  readonly afterRestore?: 'run' | 'skip';
  /** Data directories that must belong to the user before the first start, as paths of mounted volumes. */
  readonly ownedPaths: readonly string[];
  /**
   * Settings of the kernel that a container has of its own, by name: 'net.core.somaxconn'.
   * @default - the engine's
   */
  readonly sysctls?: Readonly<Record<string, string>>;
  /** Facts that tools and guards look up on the running containers; never secrets. */
  readonly labels: Readonly<Record<string, string>>;
}
