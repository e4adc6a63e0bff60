import type { Duration, Schedule } from '../../values';

/** One of the backup program's jobs. */
export interface JobSettings {
  readonly schedule: Schedule;
  readonly timeLimit: Duration;
  /**
   * A job that has to have ended well once before this one makes sense.
   * @default - none
   */
  readonly after?: string;
}

/** A file with a given text, or with the value of the secret whose path is given. */
export type OwnFile = { readonly text: string } | { readonly secret: string };

/** A place that backups go to, as restic reaches it; `{KEY}` in the address is the secret of that name. */
export interface RepositorySettings {
  readonly name: string;
  readonly url: string;
  /** Path of the file with the key of the encryption. */
  readonly password: string;
  /** Paths of files with values that restic finds in its environment. */
  readonly secrets: Readonly<Record<string, string>>;
  /**
   * Variables of restic that are not secret.
   * @default - none
   */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * Files of the program's own, readable by it alone; `{KEY}` in the options is the path of the one of that name.
   * @default - none
   */
  readonly files?: Readonly<Record<string, OwnFile>>;
  /** Words before restic's own command. */
  readonly options: readonly string[];
}

export interface Assertion {
  readonly database: string;
  /** A query with one row and one boolean column, which has to be true. */
  readonly sql: string;
}

/** Who gets an e-mail of failures, through which server. */
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

/** A volume, as the backup program finds it. */
export interface VolumeSettings {
  /** Directory of what is saved. */
  readonly source: string;
  /** Who is asked, through files in the directory, before it is copied. @default - nobody, it is saved as it is */
  readonly quiesce?: {
    readonly kind: 'stop' | 'command';
    readonly directory: string;
    readonly names: readonly string[];
    /** Seconds from the request to the end of the copy. */
    readonly timeLimit: number;
  };
}

/** What a drill asks of a backup. */
export type DrillSettings =
  | { readonly leastTables?: number; readonly assertions: readonly Assertion[] }
  | { readonly leastFiles?: number; readonly sqlite: readonly string[] };

/** All that the backup program has to know. */
export interface BackupSettings {
  /** Under which the backups are found again in a repository. */
  readonly host: string;
  readonly jobs: Readonly<Record<string, JobSettings>>;
  /** @default - it saves a volume */
  readonly postgres?: {
    readonly socket: string;
    readonly user: string;
    /** @default - all */
    readonly databases?: readonly string[];
    /**
     * Name of the replication slot of what receives the write-ahead log.
     * @default - nobody receives it
     */
    readonly slot?: string;
  };
  /** @default - it saves a database */
  readonly volume?: VolumeSettings;
  readonly repositories: readonly RepositorySettings[];
  readonly retention: readonly string[];
  readonly drill: DrillSettings;
  /** Path of the file with the address that is told of failures. */
  readonly webhook?: string;
  readonly email?: EmailSettings;
}

/** The file that the backup program reads. */
export function renderBackupSettings({ jobs, repositories, retention, ...rest }: BackupSettings): string {
  const document = {
    ...rest,
    jobs: Object.fromEntries(Object.entries(jobs).map(([name, job]) => [name, renderJob(job)])),
    repositories: repositories.map((repository) => ({ ...repository, retention })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function renderJob({ schedule, timeLimit, after }: JobSettings): object {
  return {
    after,
    schedule: { ...schedule.fields, timeZone: schedule.timeZone },
    timeLimit: Math.ceil(timeLimit.toMillis() / 1000),
  };
}
