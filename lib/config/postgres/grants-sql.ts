import { sqlIdentifier } from '../sql';
import { schemasOf, sqlTextArray } from './database-sql';
import type { DatabaseAccess, RoleScriptModel } from './model';

const KINDS = ['TABLES', 'SEQUENCES', 'FUNCTIONS'];

const USER_SCHEMAS = `nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'`;

const PRIVILEGES: Readonly<Record<Exclude<DatabaseAccess, 'owner'>, Readonly<Record<string, string>>>> = {
  readWrite: { TABLES: 'SELECT, INSERT, UPDATE, DELETE', SEQUENCES: 'USAGE, SELECT' },
  readOnly: { TABLES: 'SELECT', SEQUENCES: 'SELECT' },
};

/** What the role may do inside the database; needs the variables `owner` and `role`. */
export function grants(model: RoleScriptModel): string {
  return [
    takeOver(model),
    REVOKE_ALL,
    ...(model.access === 'owner' ? [] : grantAccess(model, PRIVILEGES[model.access])),
  ].join('\n');
}

/** Privileges of an earlier run with other schemas or another access must not stay. */
const REVOKE_ALL = [
  '-- Start from nothing, so that what an earlier run gave and this one does not is gone.',
  ...KINDS.flatMap((kind) => [
    `SELECT format('REVOKE ALL ON ALL ${kind} IN SCHEMA %I FROM %I', nspname, :'role') FROM pg_namespace WHERE ${USER_SCHEMAS} \\gexec`,
    `SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I REVOKE ALL ON ${kind} FROM %I', :'owner', nspname, :'role')`,
    `  FROM pg_namespace WHERE ${USER_SCHEMAS} \\gexec`,
  ]),
  `SELECT format('REVOKE ALL ON SCHEMA %I FROM %I', nspname, :'role') FROM pg_namespace WHERE ${USER_SCHEMAS} \\gexec`,
].join('\n');

function grantAccess(model: RoleScriptModel, privileges: Readonly<Record<string, string>>): string[] {
  return schemasOf(model).flatMap((schema) => {
    const name = sqlIdentifier(schema);
    return [
      `GRANT USAGE ON SCHEMA ${name} TO :"role";`,
      ...Object.entries(privileges).flatMap(([kind, granted]) => [
        `GRANT ${granted} ON ALL ${kind} IN SCHEMA ${name} TO :"role";`,
        `ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA ${name} GRANT ${granted} ON ${kind} TO :"role";`,
      ]),
    ];
  });
}

/**
 * Gives what the role owns itself to the owner role, for ownership is more than any privilege. For an owner also
 * what others own in its schemas (a superuser that ran the migrations so far), or it could not change it.
 */
function takeOver(model: RoleScriptModel): string {
  const schemas = model.access === 'owner' ? schemasOf(model) : [];
  const foreign = (owner: string): string =>
    `(pg_get_userbyid(${owner}) = :'role' OR (pg_get_userbyid(${owner}) <> :'owner' AND nspname = ANY (${sqlTextArray(schemas)})))`;
  return `-- Everything the consumers make belongs to the owner role; extensions and what follows its table stay as they are.
SET LOCAL lock_timeout = '15s';
SELECT format('ALTER %s %I.%I OWNER TO %I', CASE relkind
      WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' WHEN 'f' THEN 'FOREIGN TABLE'
      WHEN 'c' THEN 'TYPE' ELSE 'TABLE' END, nspname, relname, :'owner')
  FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
  WHERE relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'c') AND ${USER_SCHEMAS} AND ${foreign('relowner')}
    AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype IN ('a', 'e', 'i')
      AND NOT (relkind = 'r' AND deptype = 'a')) \\gexec
SELECT format('ALTER ROUTINE %s OWNER TO %I', p.oid::regprocedure, :'owner')
  FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
  WHERE ${USER_SCHEMAS} AND ${foreign('proowner')}
    AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = p.oid AND deptype IN ('e', 'i')) \\gexec
SELECT format('ALTER TYPE %s OWNER TO %I', t.oid::regtype, :'owner')
  FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace
  WHERE typtype IN ('d', 'e', 'r') AND ${USER_SCHEMAS} AND ${foreign('typowner')}
    AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_type'::regclass AND objid = t.oid AND deptype IN ('e', 'i')) \\gexec
SELECT format('ALTER SCHEMA %I OWNER TO %I', nspname, :'owner')
  FROM pg_namespace WHERE ${USER_SCHEMAS} AND pg_get_userbyid(nspowner) = :'role' \\gexec`;
}
