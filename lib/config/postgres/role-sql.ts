import { ConfigurationError, quote } from '../../values';
import { sqlLiteral } from '../sql';
import { LOGIN_MARK } from './retire-sql';
import type { RoleScriptModel } from './model';

/**
 * Creates the login role itself; needs the variables `database`, `owner`, `role`, `mark` and the file in PASSWORD_FILE.
 */
export function createRole(model: RoleScriptModel): string {
  return [
    'BEGIN;',
    '-- A login may change its own password and settings at the same moment, and would make this fail.',
    'LOCK TABLE pg_catalog.pg_authid, pg_catalog.pg_auth_members, pg_catalog.pg_db_role_setting IN SHARE ROW EXCLUSIVE MODE;',
    "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role' AND rolsuper) AS is_superuser \\gset",
    '\\if :is_superuser',
    "  DO $$ BEGIN RAISE 'the role is a superuser already; give the consumer a role of its own'; END $$;",
    '\\endif',
    "SELECT format('CREATE ROLE %I', :'role') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \\gexec",
    connectionLimit(model),
    '-- Terse, because an error would otherwise quote the statement.',
    '\\set VERBOSITY terse',
    '\\set password `cat "$PASSWORD_FILE"`',
    `ALTER ROLE :"role" LOGIN PASSWORD :'password' CONNECTION LIMIT :connections`,
    '  NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS INHERIT',
    "  VALID UNTIL 'infinity';",
    '\\set VERBOSITY default',
    'COMMENT ON ROLE :"role" IS :\'mark\';',
    'REVOKE ALL ON DATABASE :"database" FROM :"role" CASCADE;',
    `GRANT CONNECT${isReader(model) ? '' : ', TEMPORARY'} ON DATABASE :"database" TO :"role";`,
    model.access === 'owner' ? 'GRANT :"owner" TO :"role";' : leave(":'owner'"),
    model.access === 'monitor' ? 'GRANT pg_monitor TO :"role";' : leave("'pg_monitor'"),
    '-- A login may make settings for itself.',
    'ALTER ROLE :"role" RESET ALL;',
    'ALTER ROLE :"role" IN DATABASE :"database" RESET ALL;',
    ...roleSettings(model).map((setting) => `ALTER ROLE :"role" IN DATABASE :"database" SET ${setting};`),
    ...(model.access === 'monitor' ? [READ_SYSTEM_RELATIONS_ONLY] : []),
    'COMMIT;',
  ].join('\n');
}

/** Revokes a membership that an earlier run granted. */
function leave(group: string): string {
  return `SELECT format('REVOKE %I FROM %I', ${group}, :'role')
  WHERE EXISTS (SELECT FROM pg_auth_members
    WHERE pg_get_userbyid(roleid) = ${group} AND pg_get_userbyid(member) = :'role') \\gexec`;
}

function isReader({ access }: RoleScriptModel): boolean {
  return access === 'readOnly' || access === 'monitor';
}

/** Connections of a monitor, which runs one query after the other. */
const MONITOR_CONNECTIONS = 10;

/**
 * Sets the variable `connections` to the stated limit. Without one it is four fifths of the server's connections for
 * consumers, and less if many share it: three are left for each other consumer, up to half of all.
 */
function connectionLimit({ connectionLimit: limit, access }: RoleScriptModel): string {
  if (limit !== undefined) return `\\set connections ${checkedLimit(limit)}`;
  if (access === 'monitor') return `\\set connections ${MONITOR_CONNECTIONS}`;
  return `SELECT greatest(1, room - least(room / 2, greatest(room / 5, 3 * others))) AS connections
  FROM (SELECT (SELECT sum(CASE name WHEN 'max_connections' THEN setting::int ELSE -setting::int END)::int FROM pg_settings
      WHERE name IN ('max_connections', 'superuser_reserved_connections', 'reserved_connections')),
    (SELECT count(DISTINCT mark)::int FROM (SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolcanlogin) AS login (mark)
      WHERE mark LIKE ${sqlLiteral(`${LOGIN_MARK}%`)} AND mark <> :'mark')) AS server (room, others) \\gset`;
}

function checkedLimit(limit: number): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= 262_143) return limit;
  throw new ConfigurationError(
    undefined,
    `a connection limit must be a whole number from 1 to 262143, got ${quote(limit)}`,
  );
}

/**
 * A monitor sees the statements of all, so it must not call an owner's function in place of the server's. Settings of a
 * role in a database override those of the database, and only the role itself or a superuser can change them.
 */
const MONITOR_SETTINGS = [
  'search_path = pg_catalog, pg_temp',
  'default_transaction_read_only = on',
  "lock_timeout = '10s'",
  "statement_timeout = '60s'",
  "idle_in_transaction_session_timeout = '60s'",
];

const READ_SYSTEM_RELATIONS_ONLY = `SELECT format('ALTER ROLE %I IN DATABASE %I SET %I = %L', :'role', :'database', name, 'view, foreign-table')
  FROM pg_settings WHERE name = 'restrict_nonsystem_relation_kind' \\gexec`;

function roleSettings({ access }: RoleScriptModel): readonly string[] {
  if (access === 'owner') return ['role = :"owner"'];
  if (access === 'monitor') return MONITOR_SETTINGS;
  // Not a protection, which the privileges are, but an early and clear error.
  return access === 'readOnly' ? ['default_transaction_read_only = on'] : [];
}
