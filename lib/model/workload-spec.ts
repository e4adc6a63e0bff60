import { Cpus, Duration, HealthCheck, Image, Size } from '../values';

/** A directory in memory that a read-only container may write to. */
export interface TemporaryDirectory {
  readonly path: string;
  /** @default - half of the container's memory limit is the engine's bound */
  readonly size?: Size;
  /**
   * Octal mode.
   * @default '1777'
   */
  readonly mode?: string;
}

export interface PublishedPort {
  readonly container: number;
  readonly host: number;
  readonly address: string;
  readonly protocol: 'tcp' | 'udp';
}

export interface LogRotation {
  /** A log file is rotated at this size. */
  readonly maxSize: Size;
  /** Number of files kept, the current one included. */
  readonly maxFiles: number;
}

/** Everything about a workload that is known when it is made. Each field is rendered by the platform, or refused. */
export interface WorkloadSpec {
  /** A service runs until it is stopped, a job until it has done its work. */
  readonly kind: 'service' | 'job';
  /** Name on the tier's network, unique in the stack; the physical names are made from it. */
  readonly hostname: string;
  readonly image: Image;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly workingDirectory?: string;
  /** 'uid:gid' or a name of the image; undefined: as the image says. */
  readonly user?: string;
  readonly readOnlyRoot: boolean;
  readonly temporaryDirectories: readonly TemporaryDirectory[];
  /** Linux capabilities kept after all were dropped, with or without CAP_. */
  readonly capabilities: readonly string[];
  readonly memory: Size;
  readonly cpus: Cpus;
  readonly sharedMemory?: Size;
  readonly healthCheck?: HealthCheck;
  readonly stopSignal?: string;
  /** Time between the stop signal and the kill. */
  readonly stopGrace: Duration;
  /** A small init as process 1 that forwards signals and reaps children. */
  readonly init: boolean;
  readonly logs: LogRotation;
  readonly replicas: number;
  readonly ports: readonly PublishedPort[];
  /** Derived from volumes and ports where it is not stated. */
  readonly replacement?: 'cutover' | 'stop-first';
  /** How long the rollout waits for health, or for a job's end. */
  readonly patience: Duration;
  /** Data directories that must belong to the user before the first start, as paths of mounted volumes. */
  readonly ownedPaths: readonly string[];
  /** Facts that tools and guards look up on the running containers; never secrets. */
  readonly labels: Readonly<Record<string, string>>;
}
