import type { Duration, Schedule } from '../../values';

/** One of the backup program's jobs. */
export interface JobSettings {
  readonly schedule: Schedule;
  readonly timeLimit: Duration;
}

/** A place that backups go to, as restic reaches it; `{KEY}` in the address is the secret of that name. */
export interface RepositorySettings {
  readonly name: string;
  readonly url: string;
  /** Path of the file with the key of the encryption. */
  readonly password: string;
  /** Paths of files with values that restic finds in its environment. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Words before restic's own command. */
  readonly options: readonly string[];
}

export interface Assertion {
  readonly database: string;
  /** A query with one row and one boolean column, which has to be true. */
  readonly sql: string;
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
  | { readonly leastTables: number; readonly assertions: readonly Assertion[] }
  | { readonly leastFiles: number; readonly sqlite: readonly string[] };

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
  };
  /** @default - it saves a database */
  readonly volume?: VolumeSettings;
  readonly repositories: readonly RepositorySettings[];
  readonly retention: readonly string[];
  readonly drill: DrillSettings;
  /** Path of the file with the address that is told of failures. */
  readonly webhook?: string;
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

function renderJob({ schedule, timeLimit }: JobSettings): object {
  return {
    schedule: { ...schedule.fields, timeZone: schedule.timeZone },
    timeLimit: Math.ceil(timeLimit.toMillis() / 1000),
  };
}
