import type { ScheduleFields } from '../../values/schedule';
import type { Assertion, EmailSettings, OwnFile, VolumeSettings } from './backup-settings';

/** A job of the document. */
export interface JobDocument {
  /** All numbers that fit. */
  readonly schedule: ScheduleFields & { readonly timeZone: string };
  /** Seconds. */
  readonly timeLimit: number;
  readonly after?: string;
}

/** A destination of backups in the document. */
export interface RepositoryDocument {
  readonly name: string;
  readonly url: string;
  readonly password: string;
  readonly secrets: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, OwnFile>>;
  readonly options: readonly string[];
  readonly retention: readonly string[];
}

/**
 * The file `backup.json`, the contract with the backup program. The program's page has its table, and a test compares
 * that with this type and with the program's own check.
 */
export interface BackupDocument {
  readonly host: string;
  readonly jobs: Readonly<Record<string, JobDocument>>;
  readonly postgres?: {
    readonly socket: string;
    readonly user: string;
    readonly databases?: readonly string[];
    readonly slot?: string;
  };
  readonly volume?: VolumeSettings;
  readonly repositories: readonly RepositoryDocument[];
  readonly drill: {
    readonly leastTables?: number;
    readonly assertions?: readonly Assertion[];
    readonly leastFiles?: number;
    readonly sqlite?: readonly string[];
  };
  readonly webhook?: string;
  readonly email?: EmailSettings;
}
