import { Cpus, Duration, Size } from '../../values';
import type { ContainerAlertOptions, HealthCheck } from '../../values';
import { stated } from './stated';
import type { TmpfsMount, WorkloadSpec } from './workload-spec';

/** Fields without a default. */
type Stating = 'hostname' | 'image';

/**
 * Program of a service, and whether others connect to it. Everything except its name and image has a hardened default.
 */
export interface ServiceSpec extends Pick<WorkloadSpec, Stating>, Partial<Omit<WorkloadSpec, Stating>> {
  /**
   * If true, the service waits for connections of others. A job or a worker does not.
   * @default false
   */
  readonly listens?: boolean;
  /**
   * If true, the service joins no network: it reaches nothing, and nothing reaches it.
   * @default false
   */
  readonly isolated?: boolean;
  /**
   * Thresholds of the alerts about its containers.
   * @default - those of the `MonitoringStack`
   */
  readonly alerts?: ContainerAlertOptions;
}

/** Directory that each program may write to, unless the spec says otherwise. */
export const TMP: TmpfsMount = { path: '/tmp' };

/** Time added to that of the health check: for the program's own start, and a busy host. */
const MARGIN = Duration.seconds(30);

/** Hardened defaults of the fields that a service does not state. */
const DEFAULTS = {
  kind: 'service',
  readOnlyRootFilesystem: true,
  tmpfs: [TMP],
  capabilities: [],
  memory: Size.mebibytes(512),
  cpus: Cpus.of(1),
  stopGracePeriod: Duration.seconds(10),
  logs: { maxSize: Size.mebibytes(10), maxFiles: 3 },
  replicas: 1,
  ports: [],
  ownedPaths: [],
  labels: {},
} as const;

/** Returns the whole spec of a service's workload: the stated fields, and the defaults for the rest. */
export function workloadSpec(spec: ServiceSpec): WorkloadSpec {
  return { ...DEFAULTS, healthTimeout: patienceOf(spec.healthCheck), ...stated(spec) };
}

function patienceOf(healthCheck: HealthCheck | undefined): Duration {
  // An untyped program may pass anything; the workload refuses it with its place.
  return typeof healthCheck?.startTimeout !== 'function'
    ? Duration.minutes(1)
    : healthCheck.startTimeout().plus(MARGIN);
}
