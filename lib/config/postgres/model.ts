import type { Access, Duration } from '../../values';

/** What a job needs to make a database ready. Names may be any PostgreSQL names without control characters. */
export interface DatabaseScriptModel {
  /** The role that the server's unix socket trusts. */
  readonly superuser: string;
  /** Created if it is missing. */
  readonly database: string;
  /**
   * Created if they are missing, owned by the database's owner role.
   * @default ['public']
   */
  readonly schemas?: readonly string[];
  /**
   * Created by the superuser, because most extensions may be created by nobody else.
   * @default - none
   */
  readonly extensions?: readonly PostgresExtension[];
  /**
   * Directory of the server's unix socket.
   * @default '/run/postgresql'
   */
  readonly socketDirectory?: string;
}

/** The name of an extension, with a schema of its own where it wants one (created if it is missing). */
export type PostgresExtension = string | { readonly name: string; readonly schema: string };

/** One login role and what it may do in one database. */
export interface RoleScriptModel extends DatabaseScriptModel {
  /** Name of the login. */
  readonly role: string;
  /** Path of the server's construct, for warnings. @default - the database's name */
  readonly place?: string;
  /** Whose login it is; a consumer may have several, one for each of its passwords. @default - as `role` */
  readonly consumer?: string;
  /** Path in the job's container of a file with the password; a line break at its end does not count. */
  readonly passwordFile: string;
  readonly access: Access;
  /**
   * How many connections the login has at most.
   * @default - four fifths of the server's, less where it has many consumers; 10 for `monitor`
   */
  readonly connectionLimit?: number;
  /**
   * Server settings of this role's sessions in this database, for example `{ statement_timeout: '30s' }`.
   * @default - none
   */
  readonly settings?: Readonly<Record<string, string>>;
}

/** The login of a consumer that stays; all others of it go. */
export interface RetireScriptModel extends Pick<DatabaseScriptModel, 'superuser' | 'database' | 'socketDirectory'> {
  readonly role: string;
  readonly consumer: string;
  /** How long the others may open sessions for requests that are still being served while they are replaced. */
  readonly grace: Duration;
}
