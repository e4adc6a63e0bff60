import type { Duration, Schedule } from '../../values';
import type { BackupDocument, JobDocument } from './backup-document';

/** One of the backup program's jobs. */
export interface JobSettings {
  readonly schedule: Schedule;
  readonly timeout: Duration;
  /**
   * Job that must have succeeded once before this one makes sense.
   * @default - none
   */
  readonly after?: string;
}

/** A file with a given text, or with the value of the secret whose path is given. */
export type OwnFile = { readonly text: string } | { readonly secret: string };

/** A destination of backups in restic's form; `{KEY}` in the address is the secret of that name. */
export interface RepositorySettings {
  readonly name: string;
  readonly url: string;
  /** Path of the file with the encryption key. */
  readonly password: string;
  /** Paths of files with values that restic reads from its environment. */
  readonly secrets: Readonly<Record<string, string>>;
  /**
   * Variables of restic that are not secret.
   * @default - none
   */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * Private files of the program; `{KEY}` in the options is the path of the one of that name.
   * @default - none
   */
  readonly files?: Readonly<Record<string, OwnFile>>;
  /** Arguments before restic's own command. */
  readonly options: readonly string[];
}

/** A query on a restored database that must be true. */
export interface Assertion {
  /** Database to query. */
  readonly database: string;
  /** Query with one row and one boolean column, which must be true. */
  readonly sql: string;
}

/** Recipients of an e-mail about failures, and the mail server. */
export interface EmailSettings {
  readonly from: string;
  readonly to: readonly string[];
  readonly server: string;
  readonly port: number;
  readonly tls: 'starttls' | 'implicit' | 'none';
  readonly user?: string;
  /** Path of the file with the user's password. */
  readonly password?: string;
}

/** A volume for the backup program. */
export interface VolumeSettings {
  /** Directory of the data to save. */
  readonly source: string;
  /**
   * Programs to pause, through files in the directory, before it is copied. @default - none, the data is saved as it is
   */
  readonly quiesce?: {
    readonly kind: 'stop' | 'command';
    readonly directory: string;
    readonly names: readonly string[];
    /** Seconds from the request to the end of the copy. */
    readonly timeLimit: number;
  };
}

/** Requirements of a drill on a backup. */
export type DrillSettings =
  | { readonly leastTables?: number; readonly assertions: readonly Assertion[] }
  | { readonly leastFiles?: number; readonly sqlite: readonly string[] };

/** All settings of the backup program. */
export interface BackupSettings {
  /** Name under which a repository lists the backups. */
  readonly host: string;
  readonly jobs: Readonly<Record<string, JobSettings>>;
  /**
   * Server to save.
   * @default - it saves a volume
   */
  readonly postgres?: {
    readonly socket: string;
    readonly user: string;
    /**
     * Databases to dump.
     * @default - all
     */
    readonly databases?: readonly string[];
    /**
     * Name of the replication slot of the write-ahead log's receiver.
     * @default - there is no receiver
     */
    readonly slot?: string;
  };
  /**
   * Volume to save.
   * @default - it saves a database
   */
  readonly volume?: VolumeSettings;
  readonly repositories: readonly RepositorySettings[];
  readonly retention: readonly string[];
  readonly drill: DrillSettings;
  /** Path of the file with the address that gets each failure. */
  readonly webhook?: string;
  readonly email?: EmailSettings;
}

/** Returns the settings file of the backup program. */
export function renderBackupSettings({ jobs, repositories, retention, ...rest }: BackupSettings): string {
  const document: BackupDocument = {
    ...rest,
    jobs: Object.fromEntries(Object.entries(jobs).map(([name, job]) => [name, renderJob(job)])),
    repositories: repositories.map((repository) => ({ ...repository, retention })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function renderJob({ schedule, timeout, after }: JobSettings): JobDocument {
  return {
    after,
    schedule: { ...schedule.fields, timeZone: schedule.timeZone },
    timeLimit: Math.ceil(timeout.toMillis() / 1000),
  };
}
