import { Duration } from '../../../values';
import type { AlertRule, ContainerAlertOptions } from '../../../values';
import { restarting } from './restart-alert';
import { about } from '../subject';
import type { OperatedSubject } from '../subject';

/** Facts about a service for its container alerts. */
export interface ContainerSubject extends OperatedSubject {
  /** Label `job` of the metrics of its containers. */
  readonly reader: string;
  /** Severity of `ServiceDown`; undefined if another rule covers it. */
  readonly down: 'critical' | 'warning' | undefined;
}

/** Returns rules about the containers of a service; `job` is the service's name. */
export function containerAlerts(
  subject: ContainerSubject,
  { maxMemoryUsage = 0.9, maxCpuThrottling = 0.5, maxRestarts }: ContainerAlertOptions = {},
): readonly AlertRule[] {
  const { stack, job, reader } = subject;
  const rules = [
    ...(subject.down === undefined ? [] : [down(subject, subject.down)]),
    restarting(subject, `container_start_time_seconds{job="${reader}",service="${job}"}`, maxRestarts),
    memoryHigh(subject, maxMemoryUsage),
    throttled(subject, maxCpuThrottling),
  ];
  return rules.map((rule) => about({ stack, job }, rule));
}

type Rule = Omit<AlertRule, 'labels'>;

function down({ job, reader, commands }: ContainerSubject, severity: 'critical' | 'warning'): Rule {
  const running = `avg_over_time((count(container_start_time_seconds{job="${reader}",service="${job}"}) or vector(0))[3m:])`;
  return {
    name: 'ServiceDown',
    severity,
    // A program that ends at once is visible now and then. If all targets of the reader are gone, another alert fires.
    expr: `${running} < 0.5 and on () min_over_time((sum(up{job="${reader}"}) or vector(0))[3m:]) > 0`,
    // A new container has no earlier samples for half of that time.
    for: Duration.minutes(2),
    summary: `${job} was not running for most of the last minutes`,
    description: `See with \`${commands.containers(job)}\` how ${job} ended, then read its log.`,
  };
}

function memoryHigh({ job, reader }: ContainerSubject, most: number): Rule {
  const of = `{job="${reader}",service="${job}"}`;
  // The kernel may have two entries for a container, one of them empty.
  const needed = `max by (container) (container_memory_working_set_bytes${of} - container_memory_total_active_file_bytes${of})`;
  return {
    name: 'ContainerMemoryHigh',
    severity: 'warning',
    expr: `${needed} / max by (container) (container_spec_memory_limit_bytes${of} > 0) > ${most}`,
    for: Duration.minutes(10),
    summary: `${job} needs {{ $value | humanizePercentage }} of its memory limit`,
    description: `Above its limit ${job} is killed. Give it more \`memory\`, or find out why it needs so much.`,
  };
}

function throttled({ job, reader }: ContainerSubject, most: number): Rule {
  const grown = (metric: string): string =>
    `sum by (container) (increase(container_cpu_cfs_${metric}_total{job="${reader}",service="${job}"}[5m]))`;
  return {
    name: 'ContainerThrottled',
    severity: 'warning',
    expr: `${grown('throttled_periods')} / ${grown('periods')} > ${most}`,
    for: Duration.minutes(15),
    summary: `${job} waits for its CPU limit in {{ $value | humanizePercentage }} of the time`,
    description: `Its answers take longer than they need to. Give ${job} more \`cpus\`, or spread its work.`,
  };
}
