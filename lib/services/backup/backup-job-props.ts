import type { Duration, Image, Schedule } from '../../values';
import type { Assertion, Retention } from '../../config';
import type { IBackupSource } from '../../model/backup-source';
import type { Secret } from '../../model/secret';
import type { BackupRepository } from './backup-repository';
import type { EmailOptions } from '../email-options';
import type { Quiesce } from './quiesce';

export interface DumpOptions {
  /**
   * When dumps are taken. A run that was missed, because the host was off, is made up for once; the first dump is taken
   * as soon as the stack is up.
   * @default - daily at 03:00 UTC
   */
  readonly schedule?: Schedule;
  /**
   * Databases to dump; roles and tablespaces always are.
   * @default - all
   */
  readonly databases?: readonly string[];
  /**
   * A dump that takes longer has failed.
   * @default 2 hours
   */
  readonly timeLimit?: Duration;
}

export interface PitrOptions {
  /**
   * When base backups are taken; a restore begins with the one before its moment. The first is taken as soon as the
   * stack is up.
   * @default - daily at 02:00 UTC
   */
  readonly schedule?: Schedule;
  /**
   * How far back every moment can be restored, in whole days. Base backups and log that are not needed for it go, but
   * for the newest base backup.
   * @default 7 days
   */
  readonly window?: Duration;
  /**
   * When the log that was received since is copied to the repositories: what a loss of the whole host may cost.
   * @default - every five minutes
   */
  readonly copySchedule?: Schedule;
  /**
   * A base backup that takes longer has failed.
   * @default 4 hours
   */
  readonly timeLimit?: Duration;
}

export interface FilesOptions {
  /**
   * When the volume is saved. A run that was missed, because the host was off, is made up for once; the volume is saved
   * for the first time as soon as the stack is up.
   * @default - daily at 03:00 UTC
   */
  readonly schedule?: Schedule;
  /**
   * A backup that takes longer has failed.
   * @default 2 hours
   */
  readonly timeLimit?: Duration;
  /**
   * Who can read all of the volume, 'uid:gid'.
   * @default - the user of the service that is quiesced where that is stated in numbers; else root, with the capabilities
   * that reading and copying files of others takes, and no more
   */
  readonly user?: string;
  /**
   * A Debian or Ubuntu, which gets the programs that take and prove backups.
   * @default - `DEFAULT_IMAGES.debian`
   */
  readonly image?: Image;
}

export interface DrillOptions {
  /**
   * When the newest backup of each repository is fetched and proven.
   * @default - daily at 05:00 UTC
   */
  readonly schedule?: Schedule;
  /** @default 4 hours */
  readonly timeLimit?: Duration;
  /**
   * What has to be true in the restored database. Of databases only.
   * @default - none, besides that every table has the rows that were counted for the dump
   */
  readonly assertions?: readonly Assertion[];
  /**
   * Tables that a dump has at least: a backup of an empty or wrong database is none. Of databases only.
   * @default - 1; in the first week of backups none, until there was one. Assertions are asked from then on, too
   */
  readonly leastTables?: number;
  /**
   * Files that a backup has at least: one of an empty or wrong volume is none. Of volumes only.
   * @default - 1; in the first week of backups none, until there was one. `sqlite` counts from then on, too
   */
  readonly leastFiles?: number;
  /**
   * Paths in the volume, or in what the command of `quiesce` writes, where a sound SQLite database has to be. Whatever
   * else is one is checked too. Of volumes only.
   * @default - none has to be there
   */
  readonly sqlite?: readonly string[];
}

export interface CheckOptions {
  /**
   * When a twelfth of each repository's data is read, another one each time.
   * @default - weekly, Sunday 06:00 UTC
   */
  readonly schedule?: Schedule;
  /** @default 4 hours */
  readonly timeLimit?: Duration;
}

export interface BackupJobProps {
  /** What is saved: a `PostgresService`, or a `DataVolume`. */
  readonly of: IBackupSource;
  /** Where backups go; every repository gets each of them. */
  readonly to: readonly BackupRepository[];
  /**
   * Of databases only.
   * @default - once a day, all databases
   */
  readonly dump?: DumpOptions;
  /**
   * Restore to any moment: base backups, and all that the server writes in between, received as it is written. `true`
   * takes the defaults. The server keeps what was not received yet up to its setting `max_slot_wal_keep_size`. Of
   * databases only.
   * @default false
   */
  readonly pitr?: boolean | PitrOptions;
  /**
   * How what writes to the volume is kept from changing it during a backup. Of volumes only, and required for them.
   * @default - refused for a volume
   */
  readonly quiesce?: Quiesce;
  /**
   * Of volumes only.
   * @default - once a day
   */
  readonly files?: FilesOptions;
  /**
   * The proof that backups can be restored.
   * @default - once a day
   */
  readonly drill?: DrillOptions;
  /**
   * Why nobody needs to know whether the backups can be restored: there is no drill then, and no container for it.
   * @default - there is a drill
   */
  readonly acceptNoDrill?: string;
  /** @default - once a week */
  readonly check?: CheckOptions;
  /**
   * Which backups stay, in each repository.
   * @default - the last 3, 7 daily, 4 weekly and 6 monthly ones
   */
  readonly retention?: Retention;
  /**
   * Why it is enough that all repositories are on the host whose data they save: whatever takes the host takes them too.
   * @default - such backups are refused
   */
  readonly acceptSameHost?: string;
  /**
   * An address that is told of each failure, by POST with a JSON text that Slack and its likes show (`text`).
   * @default - nobody is told; failures are in the log and in the metrics
   */
  readonly webhook?: Secret;
  /**
   * People who are told of each failure by e-mail.
   * @default - nobody
   */
  readonly email?: EmailOptions;
  /**
   * Name on the network and part of every physical name.
   * @default - made from the construct's id
   */
  readonly hostname?: string;
}
