import type { Access } from '../../values';
import { LARGE_OBJECT_FUNCTIONS, SCHEMA, sqlTextArray } from './database-sql';
import type { RoleScriptModel } from './model';
import { quotedName } from './names';

const KINDS = ['TABLES', 'SEQUENCES', 'FUNCTIONS'];

/** Sets the variable `own`: schemas that do not belong to the server. */
const SET_OWN_SCHEMAS = `\\set own 'nspname !~ ''^pg_'' AND nspname <> ''information_schema'''`;

/** Privileges by access. An owner needs none on the others' objects, and a monitor gets none. */
const PRIVILEGES: Readonly<Partial<Record<Access, Readonly<Record<string, string>>>>> = {
  readWrite: { TABLES: 'SELECT, INSERT, UPDATE, DELETE', SEQUENCES: 'USAGE, SELECT' },
  readOnly: { TABLES: 'SELECT', SEQUENCES: 'SELECT' },
};

/** Grants the rights of the role inside the database; needs the variables `owner` and `role`. */
export function grants(model: RoleScriptModel): string {
  const privileges = PRIVILEGES[model.access];
  const granted = privileges === undefined ? [] : grantAccess(privileges);
  const largeObjects =
    model.access === 'readWrite' ? [`GRANT EXECUTE ON FUNCTION ${LARGE_OBJECT_FUNCTIONS} TO :"role";`] : [];
  return [SET_OWN_SCHEMAS, takeOver(model), REVOKE_ALL, ...granted, ...largeObjects].join('\n');
}

/** Revokes all privileges, because those of an earlier run with another access must not stay. */
const REVOKE_ALL = [
  '-- Start from nothing, so that what an earlier run gave and this one does not is gone.',
  ...KINDS.flatMap((kind) => [
    `SELECT format('REVOKE ALL ON ALL ${kind} IN SCHEMA %I FROM %I CASCADE', nspname, :'role')`,
    '  FROM pg_namespace WHERE :own \\gexec',
    `SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I REVOKE ALL ON ${kind} FROM %I CASCADE', :'owner', nspname, :'role')`,
    '  FROM pg_namespace WHERE :own \\gexec',
  ]),
  `REVOKE EXECUTE ON FUNCTION ${LARGE_OBJECT_FUNCTIONS} FROM :"role" CASCADE;`,
  `SELECT format('REVOKE ALL ON SCHEMA %I FROM %I CASCADE', nspname, :'role')`,
  '  FROM pg_namespace WHERE :own \\gexec',
].join('\n');

function grantAccess(privileges: Readonly<Record<string, string>>): string[] {
  const name = quotedName(SCHEMA);
  return [
    `GRANT USAGE ON SCHEMA ${name} TO :"role";`,
    ...Object.entries(privileges).flatMap(([kind, granted]) => [
      `GRANT ${granted} ON ALL ${kind} IN SCHEMA ${name} TO :"role";`,
      `ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA ${name} GRANT ${granted} ON ${kind} TO :"role";`,
    ]),
  ];
}

/**
 * Gives the role's own objects to the owner role, because ownership is stronger than any privilege. For an owner it
 * also gives objects of others in its schemas (of a superuser that ran the migrations so far), which it could not
 * change otherwise.
 */
function takeOver(model: RoleScriptModel): string {
  const schemas = sqlTextArray(model.access === 'owner' ? [SCHEMA] : []);
  return `-- What consumers made belongs to the owner role. Extensions stay as they are, and so do sequences of columns.
SET LOCAL lock_timeout = '15s';
SELECT format('ALTER %s %s OWNER TO %I', kind, name, :'owner')
  FROM (
    SELECT CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'
        WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'c' THEN 'TYPE' ELSE 'TABLE' END,
        oid::regclass::text, relowner, relnamespace, 'pg_class'::regclass, oid
      FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'c')
    UNION ALL SELECT 'ROUTINE', oid::regprocedure::text, proowner, pronamespace, 'pg_proc'::regclass, oid FROM pg_proc
    UNION ALL SELECT 'TYPE', oid::regtype::text, typowner, typnamespace, 'pg_type'::regclass, oid
      FROM pg_type WHERE typtype IN ('d', 'e', 'r')
    UNION ALL SELECT 'SCHEMA', oid::regnamespace::text, nspowner, oid, 'pg_namespace'::regclass, oid
      FROM pg_namespace WHERE pg_get_userbyid(nspowner) = :'role'
  ) AS object (kind, name, owner, schema, catalog, id) JOIN pg_namespace n ON n.oid = schema
  WHERE :own AND pg_get_userbyid(owner) <> :'owner'
    AND (pg_get_userbyid(owner) = :'role' OR nspname = ANY (${schemas}))
    AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = catalog AND objid = id
      AND (deptype = 'e' OR kind = 'SEQUENCE' AND deptype IN ('a', 'i'))) \\gexec`;
}
