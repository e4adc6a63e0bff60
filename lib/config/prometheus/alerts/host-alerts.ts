import { Duration, share } from '../../../values';
import type { AlertRule, ContainerAlertOptions } from '../../../values';
import { about } from '../subject';
import type { OperatedSubject } from '../subject';

/** Thresholds of the host alerts. Changing them restarts nothing. */
export interface HostAlertOptions extends ContainerAlertOptions {
  /**
   * Share of a disk that must be free, from 0 to 1; below half of it the alert is critical.
   * @default 0.15
   */
  readonly minFreeDisk?: number;
  /**
   * Share of the memory that must be available, from 0 to 1.
   * @default 0.1
   */
  readonly minAvailableMemory?: number;
}

const DISKS = 'fstype!~"tmpfs|overlay|squashfs|ramfs|iso9660|nsfs"';

/** Returns rules about the machine that runs everything. */
export function hostAlerts(subject: OperatedSubject, options: HostAlertOptions = {}): readonly AlertRule[] {
  const minFreeDisk = share('minFreeDisk', options.minFreeDisk ?? 0.15);
  const minAvailableMemory = share('minAvailableMemory', options.minAvailableMemory ?? 0.1);
  const of = `{job="${subject.job}"}`;
  return [
    ...diskAlerts(subject, minFreeDisk),
    about(subject, {
      name: 'HostMemoryLow',
      severity: 'warning',
      expr: `node_memory_MemAvailable_bytes${of} / node_memory_MemTotal_bytes${of} < ${minAvailableMemory}`,
      for: Duration.minutes(10),
      summary: 'Only {{ $value | humanizePercentage }} of the memory of the host is available',
      description: `See with \`${subject.commands.usage()}\` who takes it. Lower its limit, move it, or give the host more.`,
    }),
    about(subject, {
      name: 'HostOutOfMemoryKill',
      severity: 'warning',
      expr: `max(increase(node_vmstat_oom_kill${of}[15m])) > 0`,
      for: Duration.minutes(1),
      summary: 'The kernel killed a process for its memory',
      description:
        'See with `journalctl --dmesg --grep oom-kill` which container it was of. Give that service more `memory`.',
    }),
    about(subject, {
      name: 'HostClockWrong',
      severity: 'warning',
      expr: `node_timex_sync_status${of} == 0`,
      for: Duration.minutes(15),
      summary: 'The clock of the host is not kept right',
      description: 'See whether a time service runs (`timedatectl`, `chronyc tracking`) and reaches its servers.',
    }),
  ];
}

function diskAlerts(subject: OperatedSubject, least: number): readonly AlertRule[] {
  const of = `{job="${subject.job}",${DISKS}}`;
  const free = `node_filesystem_avail_bytes${of} / node_filesystem_size_bytes${of}`;
  const writable = `node_filesystem_readonly${of} == 0`;
  const disk = subject.commands.diskUsage();
  const summary = 'Only {{ $value | humanizePercentage }} of {{ $labels.mountpoint }} is free';
  const description = `See what takes it (\`${disk}\`); remove images and volumes that nobody uses, or give the disk more room.`;
  return [
    about(subject, {
      name: 'DiskLow',
      severity: 'warning',
      expr: `${free} < ${least} and ${writable}`,
      for: Duration.minutes(5),
      summary,
      description,
    }),
    about(subject, {
      name: 'DiskLow',
      severity: 'critical',
      expr: `${free} < ${least / 2} and ${writable}`,
      for: Duration.minutes(2),
      summary,
      description,
    }),
    about(subject, {
      name: 'DiskFullSoon',
      severity: 'critical',
      expr: `predict_linear(node_filesystem_avail_bytes${of}[1h], 4 * 3600) < 0 and ${free} < 0.5 and ${writable}`,
      for: Duration.minutes(15),
      summary: '{{ $labels.mountpoint }} is full within four hours if this goes on',
      description: `See what grows (\`${disk}\`, the logs of the containers), and stop it.`,
    }),
  ];
}
