import type { Cpus, Duration, HealthCheck, Image, LogTransport, Size } from '../../values';

/** Limit of processes and threads in a container that states none. A host of the usual size has 32,768 in total. */
export const PIDS_LIMIT = 1024;

/** A directory in memory that a read-only container may write to. */
export interface TmpfsMount {
  /** Absolute path in the container. */
  readonly path: string;
  /**
   * Size limit. The content counts as memory of the container in any case.
   * @default - no bound but the container's memory limit
   */
  readonly size?: Size;
  /**
   * Mode in octal digits.
   * @default '1777'
   */
  readonly mode?: string;
}

/** A resource limit of each process. */
export interface Ulimit {
  /** Name of the limit, as Docker spells it: 'nofile', 'core', 'memlock', 'stack'. */
  readonly name: string;
  /** Highest value to which a process may raise it; -1 for no limit. In the limit's own unit. */
  readonly hard: number;
  /**
   * Limit that a process starts with; -1 for no limit.
   * @default - the hard one
   */
  readonly soft?: number;
}

/** A port of the containers that is published on the host. */
export interface PublishedPort {
  /** Port inside the container. */
  readonly container: number;
  /** Port of the host. */
  readonly host: number;
  /** IP address of the host, or '*' for all of them, IPv4 and IPv6. */
  readonly address: string;
  /** Protocol of the port. */
  readonly protocol: 'tcp' | 'udp';
}

/** Rotation of the container logs on the host. */
export interface LogRotation {
  /** Size at which a log file is rotated. */
  readonly maxSize: Size;
  /** Number of files kept, the current one included. */
  readonly maxFiles: number;
}

/** Ways in which other programs observe a workload. The platform renders each of them, or refuses it. */
export interface Observation {
  /**
   * Path on which the platform sends the logs to a collector.
   * @default - the logs stay on the host, rotated as `logs` says
   */
  readonly logTransport?: LogTransport;
  /**
   * If true, the kernel counts memory and processor time of the containers under a name of this workload.
   * @default false
   */
  readonly measured?: boolean;
}

/** All facts about a workload that are known when it is made. The platform renders each field, or refuses it. */
export interface WorkloadSpec {
  /** A service runs until it is stopped, a job until it has done its work. */
  readonly kind: 'service' | 'job';
  /** Name on the tier's network, unique in the stack, and part of the names on the host. */
  readonly hostname: string;
  /** Image of the containers. */
  readonly image: Image;
  /**
   * Arguments that replace the image's ENTRYPOINT and CMD.
   * @default - the image's own
   */
  readonly entrypoint?: readonly string[];
  /**
   * Arguments that replace the image's CMD; its ENTRYPOINT stays.
   * @default - the image's own
   */
  readonly command?: readonly string[];
  /**
   * Directory in which the program starts.
   * @default - the image's own
   */
  readonly workingDirectory?: string;
  /**
   * User as 'uid:gid', or a name of the image.
   * @default - as the image says
   */
  readonly user?: string;
  /** If true, the root file system is read-only. */
  readonly readOnlyRootFilesystem: boolean;
  /** Directories in memory that the program may write to. */
  readonly tmpfs: readonly TmpfsMount[];
  /** Linux capabilities to keep; all others are dropped. With or without CAP_. */
  readonly capabilities: readonly string[];
  /** Memory limit of each container. */
  readonly memory: Size;
  /** Processor limit of each container. */
  readonly cpus: Cpus;
  /**
   * Limit of processes and threads in each container. It applies shortly after the start, and a change takes effect
   * without a restart.
   * @default - the platform's: 1024
   */
  readonly pidsLimit?: number;
  /**
   * Resource limits of each process, with the names of `ulimit`.
   * @default - the engine's
   */
  readonly ulimits?: readonly Ulimit[];
  /**
   * Size of /dev/shm.
   * @default - the engine's: 64 MiB
   */
  readonly shmSize?: Size;
  /**
   * Check whether the program can do its work.
   * @default - the image's own
   */
  readonly healthCheck?: HealthCheck;
  /**
   * Signal that stops the program.
   * @default - the image's own, else SIGTERM
   */
  readonly stopSignal?: string;
  /** Time between the stop signal and the kill. */
  readonly stopGracePeriod: Duration;
  /** Rotation of the logs on the host. */
  readonly logs: LogRotation;
  /** Number of containers. */
  readonly replicas: number;
  /**
   * If true, one container runs on each machine of the platform, such as an exporter that reads its machine.
   * `replicas` must be 1 then.
   * @default false
   */
  readonly onEachHost?: boolean;
  /** Ports that are published on the host. */
  readonly ports: readonly PublishedPort[];
  /**
   * Order of a rollout: with 'cutover' a new revision is healthy before the old one stops; with 'stop-first' it starts
   * after that.
   * @default - 'stop-first' for what owns data or a port of the host, 'cutover' for all others
   */
  readonly replacement?: 'cutover' | 'stop-first';
  /** Time that the rollout waits for health, or for a job's end. */
  readonly healthTimeout: Duration;
  /**
   * Behaviour of a job after a restore has replaced its data. With 'skip' it does not run then. The job starts after
   * its gate has checked this.
   * @default 'run'
   */
  readonly afterRestore?: 'run' | 'skip';
  /** Data directories that must belong to the user before the first start, as paths of mounted volumes. */
  readonly ownedPaths: readonly string[];
  /**
   * Kernel settings of the container's own namespaces, by name: 'net.core.somaxconn'.
   * @default - the engine's
   */
  readonly sysctls?: Readonly<Record<string, string>>;
  /** Labels that tools and guards read on the running containers; never secrets. */
  readonly labels: Readonly<Record<string, string>>;
}
