import { ConfigurationError, quoted } from '../../values';
import { sqlLiteral } from '../sql';
import type { RoleScriptModel } from './model';
import { oneLine } from './names';

/** Settings whose value is a list of names; written as one text they would be one name. */
const LISTS = ['search_path', 'temp_tablespaces', 'session_preload_libraries', 'local_preload_libraries'];

/** The login role itself; needs the variables `database`, `owner`, `role`, `mark` and the file in PASSWORD_FILE. */
export function createRole(model: RoleScriptModel): string {
  return [
    'BEGIN;',
    "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role' AND rolsuper) AS is_superuser \\gset",
    '\\if :is_superuser',
    "  DO $$ BEGIN RAISE 'the role is a superuser already; give the consumer a role of its own'; END $$;",
    '\\endif',
    "SELECT format('CREATE ROLE %I', :'role') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \\gexec",
    '-- Terse, because an error would otherwise quote the statement.',
    '\\set VERBOSITY terse',
    '\\set password `cat "$PASSWORD_FILE"`',
    `ALTER ROLE :"role" LOGIN PASSWORD :'password' CONNECTION LIMIT ${connectionLimit(model)}`,
    '  NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS INHERIT',
    "  VALID UNTIL 'infinity';",
    '\\set VERBOSITY default',
    'COMMENT ON ROLE :"role" IS :\'mark\';',
    'REVOKE ALL ON DATABASE :"database" FROM :"role";',
    `GRANT CONNECT${isReader(model) ? '' : ', TEMPORARY'} ON DATABASE :"database" TO :"role";`,
    model.access === 'owner' ? 'GRANT :"owner" TO :"role";' : leave(":'owner'"),
    model.access === 'monitor' ? 'GRANT pg_monitor TO :"role";' : leave("'pg_monitor'"),
    'ALTER ROLE :"role" IN DATABASE :"database" RESET ALL;',
    ...roleSettings(model).map((setting) => `ALTER ROLE :"role" IN DATABASE :"database" SET ${setting};`),
    'COMMIT;',
  ].join('\n');
}

/** What an earlier run made it a member of. */
function leave(group: string): string {
  return `SELECT format('REVOKE %I FROM %I', ${group}, :'role')
  WHERE EXISTS (SELECT FROM pg_auth_members
    WHERE pg_get_userbyid(roleid) = ${group} AND pg_get_userbyid(member) = :'role') \\gexec`;
}

function isReader({ access }: RoleScriptModel): boolean {
  return access === 'readOnly' || access === 'monitor';
}

function connectionLimit({ connectionLimit: limit }: RoleScriptModel): number {
  if (limit === undefined) return -1;
  if (Number.isInteger(limit) && limit >= 1 && limit <= 262_143) return limit;
  throw new ConfigurationError(undefined, `a connection limit must be a whole number from 1, got ${quoted(limit)}`);
}

function roleSettings(model: RoleScriptModel): string[] {
  const own = Object.entries(model.settings ?? {}).map(([name, value]) => setting(name, value));
  if (model.access === 'owner') return [...own, 'role = :"owner"'];
  // No protection, which the privileges are, but an early and clear error.
  return isReader(model) ? ['default_transaction_read_only = on', ...own] : own;
}

function setting(name: string, value: string): string {
  if (!/^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?$/.test(name) || name === 'role' || name === 'session_authorization') {
    throw new ConfigurationError(
      undefined,
      `a role's setting must be the lower-case name of a server setting and not "role", got ${quoted(name)}`,
    );
  }
  oneLine(`setting ${name} of a role`, value);
  const values = LISTS.includes(name) ? value.split(',').map((item) => item.trim().replace(/^"(.*)"$/, '$1')) : [value];
  return `${name} = ${values.map(sqlLiteral).join(', ')}`;
}
