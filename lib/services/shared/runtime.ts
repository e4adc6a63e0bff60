import { Cpus, Duration, Size } from '../../values';
import type { ContainerAlertOptions } from '../../values';
import type { ServiceSpec } from '../../model/workload/service-spec';
import { stated } from '../../model/workload/stated';
import type { StackContext } from '../../model/stack/stack-context';
import type { LogRotation, PublishedPort, TmpfsMount, Ulimit } from '../../model/workload/workload-spec';

/** Settings of how a service runs. A change of any of these makes a new revision, unless it says otherwise. */
export interface RuntimeProps {
  /**
   * Name on the network and part of every physical name; unique in the stack. Changing it makes a new service.
   * @default - made from the construct's id: 'ApiService' is 'api-service'
   */
  readonly hostname?: string;
  /**
   * Memory limit; the kernel kills a process that needs more. There is no swap.
   * @default - 512 MiB, for a few services more
   */
  readonly memory?: Size;
  /**
   * CPU limit.
   * @default - one CPU
   */
  readonly cpus?: Cpus;
  /**
   * Limit of processes and threads in each container; a program that asks for more gets an error. A change takes effect
   * without a restart and makes no new revision.
   * @default 1024; for a database what its connections need, if that is more
   */
  readonly pidsLimit?: number;
  /**
   * Resource limits of each process: `[{ name: 'nofile', hard: 65536 }]`.
   * @default - the engine's
   */
  readonly ulimits?: readonly Ulimit[];
  /**
   * User, as 'uid:gid' or as a name that the image knows.
   * @default - as the image says
   */
  readonly user?: string;
  /**
   * If true, the root filesystem is read-only. Set it to false for programs that write outside of their data.
   * @default true
   */
  readonly readOnlyRootFilesystem?: boolean;
  /**
   * Directories in memory that the program may write to.
   * @default - /tmp
   */
  readonly tmpfs?: readonly TmpfsMount[];
  /**
   * Linux capabilities to keep; all others are dropped.
   * @default - none, or the few that the image cannot start without
   */
  readonly capabilities?: readonly string[];
  /**
   * Time between the stop signal and the kill.
   * @default - 10 seconds; 30 for services behind a proxy, 90 for databases
   */
  readonly stopGracePeriod?: Duration;
  /**
   * Rotation of the container logs on the host.
   * @default - 3 files of 10 MiB
   */
  readonly logs?: LogRotation;
  /**
   * Environment variables, never secrets.
   * @default - none
   */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * Labels of its containers, for tools of the host; never secrets. They override those of the environment.
   * @default - those of the environment
   */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Thresholds of this service's container alerts, used by a `MonitoringStack`. Changing them restarts nothing.
   * @default - as its `cadvisor.alerts` say
   */
  readonly alerts?: ContainerAlertOptions;
}

/** Returns the spec of a service: the values that its user states override those of the service itself. */
export function runtimeSpec(defaults: ServiceSpec, props: RuntimeProps): ServiceSpec {
  const { memory, cpus, pidsLimit, ulimits, user, readOnlyRootFilesystem } = props;
  const { tmpfs, capabilities, stopGracePeriod, logs, alerts } = props;
  return {
    ...defaults,
    ...stated({ memory, cpus, pidsLimit, ulimits, user, readOnlyRootFilesystem }),
    ...stated({ tmpfs, capabilities, stopGracePeriod, logs, alerts }),
    labels: { ...props.labels, ...defaults.labels },
  };
}

/** Returns the number that a record states for a name, but not an inherited property of that name. */
export function own(record: Readonly<Record<string, number>> | undefined, name: string): number | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}

/** Returns the port of the host that the stack sets for this service, if any. Only programs of the host reach it. */
export function exposedPort(
  { environment, settings }: Pick<StackContext, 'environment' | 'settings'>,
  hostname: string,
  containerPort: number,
): readonly PublishedPort[] {
  const host = own(settings.expose, hostname);
  if (host === undefined) return [];
  return [{ container: containerPort, host, address: environment.platform.localAddress, protocol: 'tcp' }];
}
