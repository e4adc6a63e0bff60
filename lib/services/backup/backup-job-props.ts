import type { Duration, Image, Schedule } from '../../values';
import type { Assertion, Retention } from '../../config';
import type { IBackupSource } from '../../model/capabilities/backup-source';
import type { Secret } from '../../model/secrets/secret';
import type { BackupRepository } from './backup-repository';
import type { EmailOptions } from '../shared/email-options';
import type { Quiesce } from './quiesce';

/** Options of dumps. */
export interface DumpOptions {
  /**
   * Times of the dumps. A run that was missed, because the host was off, runs once later; the first dump is taken as
   * soon as the stack is up.
   * @default - daily at 03:00 UTC
   */
  readonly schedule?: Schedule;
  /**
   * Databases to dump; roles and tablespaces are always included.
   * @default - all
   */
  readonly databases?: readonly string[];
  /**
   * Timeout of a dump. A dump that takes longer has failed.
   * @default 2 hours
   */
  readonly timeout?: Duration;
}

/** Options of point-in-time recovery. */
export interface PitrOptions {
  /**
   * Times of the base backups; a restore starts from the one before its moment. The first is taken as soon as the stack
   * is up.
   * @default - daily at 02:00 UTC
   */
  readonly schedule?: Schedule;
  /**
   * Time back from now in which every moment can be restored, in whole days. Older base backups and log are removed,
   * except for the newest base backup.
   * @default 7 days
   */
  readonly window?: Duration;
  /**
   * Times at which the new log is copied to the repositories. The loss of the whole host loses the log since the last
   * copy.
   * @default - every five minutes
   */
  readonly copySchedule?: Schedule;
  /**
   * Timeout of a base backup. One that takes longer has failed.
   * @default 4 hours
   */
  readonly timeout?: Duration;
}

/** Options of backups of a volume. */
export interface FilesOptions {
  /**
   * Times of the backups. A run that was missed, because the host was off, runs once later; the first backup is taken
   * as soon as the stack is up.
   * @default - daily at 03:00 UTC
   */
  readonly schedule?: Schedule;
  /**
   * Timeout of a backup. One that takes longer has failed.
   * @default 2 hours
   */
  readonly timeout?: Duration;
  /**
   * User that can read all of the volume, 'uid:gid'.
   * @default - the user of the service that is quiesced where that is stated in numbers; else root, with the
   * capabilities that reading and copying files of others takes, and no more
   */
  readonly user?: string;
  /**
   * Image based on Debian or Ubuntu, to which the programs that take and verify backups are added.
   * @default - `DEFAULT_IMAGES.debian`
   */
  readonly image?: Image;
}

/** Options of the drill, which restores backups to verify them. */
export interface DrillOptions {
  /**
   * Times at which the newest backup of each repository is fetched and verified.
   * @default - daily at 05:00 UTC
   */
  readonly schedule?: Schedule;
  /**
   * Timeout of a check. One that takes longer has failed.
   * @default 4 hours
   */
  readonly timeout?: Duration;
  /**
   * Queries that must be true in the restored database. For databases only.
   * @default - none, besides that every table has the rows that were counted for the dump
   */
  readonly assertions?: readonly Assertion[];
  /**
   * Tables that a dump has at least: a backup of an empty or wrong database is none. Of databases only.
   * @default - 1; in the first week of backups none, until there was one. Assertions are asked from then on, too
   */
  readonly minTables?: number;
  /**
   * Files that a backup has at least: one of an empty or wrong volume is none. Of volumes only.
   * @default - 1; in the first week of backups none, until there was one. `sqlite` counts from then on, too
   */
  readonly minFiles?: number;
  /**
   * Paths of SQLite databases that must exist and be sound, in the volume or in the output of the `quiesce` command.
   * Other SQLite files are checked too. For volumes only.
   * @default - none is required
   */
  readonly sqlite?: readonly string[];
}

/** Options of the check, which reads the repositories. */
export interface CheckOptions {
  /**
   * Times at which a twelfth of each repository's data is read, a different one each time.
   * @default - weekly, Sunday 06:00 UTC
   */
  readonly schedule?: Schedule;
  /**
   * Timeout of a check. One that takes longer has failed.
   * @default 4 hours
   */
  readonly timeout?: Duration;
}

/** Data, destinations and schedules of backups. */
export interface BackupJobProps {
  /** Data to save: a `PostgresService`, or a `DataVolume`. */
  readonly source: IBackupSource;
  /** Destinations; every repository gets each backup. */
  readonly repositories: readonly BackupRepository[];
  /**
   * Options of dumps. For databases only.
   * @default - once a day, all databases
   */
  readonly dump?: DumpOptions;
  /**
   * Point-in-time recovery, which can restore any moment: base backups, and the write-ahead log, received as it is
   * written. `true` uses the defaults. The server keeps the log that was not received yet up to its setting
   * `max_slot_wal_keep_size`. For databases only.
   * @default false
   */
  readonly pitr?: boolean | PitrOptions;
  /**
   * Way to keep programs from changing the volume during a backup. For volumes only, and required for them.
   * @default - refused for a volume
   */
  readonly quiesce?: Quiesce;
  /**
   * Options of the backups of a volume. For volumes only.
   * @default - once a day
   */
  readonly files?: FilesOptions;
  /**
   * Options of the drill, which verifies that backups can be restored.
   * @default - once a day
   */
  readonly drill?: DrillOptions;
  /**
   * Reason why it need not be known whether the backups can be restored. Without a drill there is no container for it.
   * @default - there is a drill
   */
  readonly acceptNoDrill?: string;
  /**
   * Options of the check of the repositories.
   * @default - once a week
   */
  readonly check?: CheckOptions;
  /**
   * Backups to keep in each repository.
   * @default - the last 3, 7 daily, 4 weekly and 6 monthly ones
   */
  readonly retention?: Retention;
  /**
   * Reason why all repositories may be on the host whose data they save: the loss of the host loses them too.
   * @default - such backups are refused
   */
  readonly acceptSameHost?: string;
  /**
   * Address that gets each failure, by POST with a JSON text that Slack and similar services show (`text`).
   * @default - none; failures are in the log and in the metrics
   */
  readonly webhook?: Secret;
  /**
   * Mail server and recipients of each failure.
   * @default - none
   */
  readonly email?: EmailOptions;
  /**
   * Name on the network and part of every physical name.
   * @default - made from the construct's id
   */
  readonly hostname?: string;
}
