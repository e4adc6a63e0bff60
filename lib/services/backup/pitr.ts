import type { Construct } from 'constructs';
import { ConfigurationError, Duration, quote, Schedule } from '../../values';
import { renderBarmanSettings } from '../../config';
import type { JobSettings } from '../../config';
import { DataVolume } from '../../model/workload/data-volume';
import { stackContext } from '../../model/stack/stack-context';
import { SOCKET_DIRECTORY, SUPERUSER } from '../postgres/postgres-layout';
import type { BackupJobProps, PitrOptions } from './backup-job-props';
import { ARCHIVE } from './backup-program';
import type { BackupParts, BackupProgram } from './backup-program';
import { drillSettings, jobSettings } from './job-settings';
import { WalReceiver } from './wal-receiver';

const BASE = 'base-backup';

/** Returns the jobs of point-in-time recovery, if it is on. */
export function pitrJobs(props: BackupJobProps): Readonly<Record<string, JobSettings>> {
  const options = pitrOptions(props);
  if (options === undefined) return {};
  const { schedule, copySchedule, timeout } = options;
  const copy = jobSettings({ schedule: copySchedule }, Schedule.cron('*/5 * * * *'), Duration.hours(1));
  return {
    [BASE]: jobSettings({ schedule, timeout }, Schedule.daily({ at: '02:00' }), Duration.hours(4)),
    'wal-copy': { ...copy, after: BASE },
    ...(props.acceptNoDrill === undefined ? { 'pitr-drill': drillSettings(BASE, props.drill) } : {}),
  };
}

/** Adds the receiver of the write-ahead log, if point-in-time recovery is on. */
export function addReceiver(
  job: Construct & { readonly program: BackupProgram },
  parts: BackupParts,
  props: BackupJobProps,
): WalReceiver | undefined {
  const options = pitrOptions(props);
  const { hostname, source } = parts;
  if (options === undefined || source.kind !== 'postgres') return undefined;
  const window = options.window ?? Duration.days(7);
  assertWindow(job, window);
  const archive = new DataVolume(job, 'Archive', {
    name: `${hostname}-archive`,
    acceptNoBackup: 'it is part of the backup',
  });
  const settings = renderBarmanSettings({
    description: `${stackContext(job).stackName}/${source.name}`,
    socket: SOCKET_DIRECTORY,
    user: SUPERUSER,
    home: ARCHIVE,
    slot: slotOf(hostname),
    window,
  });
  job.program.keep({ archive, settings });
  return new WalReceiver(job, 'Receiver', { ...parts, source, archive, settings });
}

/** Returns the replication slot, if point-in-time recovery is on. */
export function pitrSlot(props: BackupJobProps, hostname: string): string | undefined {
  return pitrOptions(props) === undefined ? undefined : slotOf(hostname);
}

/** Returns a slot name for each BackupJob: two of them on one slot would take the log from each other. */
function slotOf(hostname: string): string {
  return `backup_${hostname.replace(/-/g, '_')}`;
}

function pitrOptions({ pitr = false }: BackupJobProps): PitrOptions | undefined {
  if (typeof pitr !== 'boolean') return pitr;
  return pitr ? {} : undefined;
}

function assertWindow(job: Construct, window: Duration): void {
  const days = window.toMillis() / Duration.days(1).toMillis();
  if (Number.isInteger(days) && days >= 1) return;
  throw new ConfigurationError(
    job,
    `the window of pitr must be a whole number of days from 1, got ${quote(String(window))}; ` +
      'write for example Duration.days(7)',
  );
}
