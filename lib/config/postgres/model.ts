import type { Access, Duration } from '../../values';

/** Input of a job that prepares a database. Names may be any PostgreSQL names without control characters. */
export interface DatabaseScriptModel {
  /** The role that the server's unix socket trusts. */
  readonly superuser: string;
  /** Database that is created if missing. */
  readonly database: string;
  /**
   * Extensions, created by the superuser, because other roles may create only a few of them.
   * @default - none
   */
  readonly extensions?: readonly PostgresExtension[];
  /**
   * Directory of the server's unix socket.
   * @default '/run/postgresql'
   */
  readonly socketDirectory?: string;
}

/** Name of an extension, with a schema of its own if it needs one (created if missing). */
export type PostgresExtension = string | { readonly name: string; readonly schema: string };

/** One login role and its rights in one database. */
export interface RoleScriptModel extends DatabaseScriptModel {
  /** Name of the login. */
  readonly role: string;
  /** Path of the server's construct, for warnings. @default - the database's name */
  readonly place?: string;
  /** Consumer that the login belongs to; it may have several, one for each of its passwords. @default - as `role` */
  readonly consumer?: string;
  /** Path in the job's container of a file with the password; a line break at its end does not count. */
  readonly passwordFile: string;
  readonly access: Access;
  /**
   * Limit of connections of the login.
   * @default - four fifths of the server's, less where it has many consumers; 10 for `monitor`
   */
  readonly connectionLimit?: number;
}

/** The login of a consumer that stays; all its others are removed. */
export interface RetireScriptModel extends Pick<DatabaseScriptModel, 'superuser' | 'database' | 'socketDirectory'> {
  readonly role: string;
  readonly consumer: string;
  /** Time in which the others may open sessions for requests that are still served while they are replaced. */
  readonly grace: Duration;
}
