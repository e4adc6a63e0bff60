import { sqlLiteral } from '../sql';
import type { DatabaseScriptModel, PostgresExtension } from './model';
import { quotedName } from './names';

/**
 * Serializes all scripts of a server, which change the same rows of the shared catalogs. It must run in `postgres`, to
 * which consumers cannot connect.
 */
export const SERVER_LOCK = 'SELECT pg_advisory_lock(1685025907, 1);';

/**
 * The same inside any database, until the transaction ends. A consumer can take any advisory lock in its own database.
 * It cannot take this kind of lock on this table of the server, which all databases share and nothing else uses.
 */
export const DATABASE_LOCK = 'LOCK TABLE pg_catalog.pg_shseclabel IN SHARE UPDATE EXCLUSIVE MODE;';

/**
 * Closes the server's own databases to consumers. They could take locks there that block each script, and a session on
 * `template1` blocks each CREATE DATABASE.
 */
export const CLOSE_SERVER_DATABASES = `BEGIN;
${DATABASE_LOCK}
SELECT format('REVOKE CONNECT, TEMPORARY ON DATABASE %I FROM PUBLIC CASCADE', datname)
  FROM pg_database WHERE datname IN ('postgres', 'template1')
    AND EXISTS (SELECT FROM aclexplode(coalesce(datacl, acldefault('d', datdba))) WHERE grantee = 0) \\gexec
COMMIT;
SELECT pg_terminate_backend(pid, 5000)
  FROM pg_stat_activity JOIN pg_roles r ON r.oid = usesysid
  WHERE datname IN ('postgres', 'template1') AND NOT rolsuper AND NOT has_database_privilege(usesysid, datid, 'CONNECT');`;

/** Settings of a database that stop other sessions, or our next one, from working in it. */
const STOPPING = [
  'default_transaction_read_only',
  'default_transaction_deferrable',
  'statement_timeout',
  'lock_timeout',
  'transaction_timeout',
  'idle_session_timeout',
  'idle_in_transaction_session_timeout',
  'local_preload_libraries',
  'session_authorization',
  'role',
  'row_security',
  'client_encoding',
  'client_min_messages',
  'default_tablespace',
  'default_table_access_method',
  'temp_tablespaces',
];

/** Condition for databases that their owner role owns, as in earlier versions; they are handed over. */
const CONSUMERS_OWN = `FROM pg_database d JOIN pg_roles r ON r.oid = datdba AND NOT rolsuper`;

/**
 * Creates the database; needs the variables `database` and `owner`. The superuser owns it: its owner could close it to
 * all others.
 */
export const CREATE_DATABASE = `
-- The owner role cannot log in; roles that may change the schema are members of it.
SELECT format('CREATE ROLE %I', :'owner')
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'owner') \\gexec
ALTER ROLE :"owner" NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
SELECT format('CREATE DATABASE %I', :'database')
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \\gexec
BEGIN;
LOCK TABLE pg_catalog.pg_database, pg_catalog.pg_db_role_setting IN SHARE ROW EXCLUSIVE MODE;
-- A database's owner can keep everybody out of it, so no consumer's role owns it; what one left behind goes.
SELECT format('ALTER DATABASE %I RESET %I', datname, split_part(setting, '=', 1))
  ${CONSUMERS_OWN}
    JOIN pg_db_role_setting ON setdatabase = d.oid AND setrole = 0 CROSS JOIN LATERAL unnest(setconfig) AS setting
  WHERE datname = :'database' AND split_part(setting, '=', 1) = ANY (${sqlTextArray(STOPPING)}) \\gexec
SELECT format('ALTER DATABASE %I CONNECTION LIMIT -1 ALLOW_CONNECTIONS true IS_TEMPLATE false', datname)
  ${CONSUMERS_OWN} WHERE datname = :'database' \\gexec
SELECT format('ALTER DATABASE %I OWNER TO %I', datname, current_user)
  ${CONSUMERS_OWN} WHERE datname = :'database' \\gexec
REVOKE ALL ON DATABASE :"database" FROM PUBLIC CASCADE;
GRANT CREATE, CONNECT, TEMPORARY ON DATABASE :"database" TO :"owner";
COMMIT;`;

/** Functions that make a large object. By default every role may call them, whatever the access. */
export const LARGE_OBJECT_FUNCTIONS =
  'pg_catalog.lo_creat(integer), pg_catalog.lo_create(oid), pg_catalog.lo_from_bytea(oid, bytea)';

/** Schema of the consumers' objects, which belongs to the database's owner role. */
export const SCHEMA = 'public';

/** Creates schemas and extensions; needs the variable `owner`, runs inside the database. */
export function createContents(model: DatabaseScriptModel): string {
  const extensions = model.extensions ?? [];
  return [
    '-- Before PostgreSQL 15 everybody could create tables in public.',
    "SELECT 'REVOKE CREATE ON SCHEMA public FROM PUBLIC' FROM pg_namespace WHERE nspname = 'public' \\gexec",
    ...createSchema(SCHEMA),
    '-- The schema public belongs to the owner of the database, who is a superuser.',
    `SELECT format('ALTER SCHEMA %I OWNER TO %I', nspname, :'owner') FROM pg_namespace`,
    `  WHERE nspname = ANY (${sqlTextArray([SCHEMA])}) AND pg_get_userbyid(nspowner) = 'pg_database_owner' \\gexec`,
    `REVOKE EXECUTE ON FUNCTION ${LARGE_OBJECT_FUNCTIONS} FROM PUBLIC CASCADE;`,
    `GRANT EXECUTE ON FUNCTION ${LARGE_OBJECT_FUNCTIONS} TO :"owner";`,
    '-- An extension that names no schema goes where its author or else public says.',
    'SET LOCAL search_path = public;',
    ...extensions.flatMap(createExtension),
    'SET LOCAL search_path = pg_catalog, pg_temp;',
    `GRANT ALL ON ALL TABLES IN SCHEMA ${quotedName(SCHEMA)} TO :"owner";`,
  ].join('\n');
}

/** Returns the name of the role that owns a database and its content. */
export function ownerRole(database: string): string {
  return `${database}_owner`;
}

function createSchema(schema: string): string[] {
  const name = quotedName(schema);
  return [`CREATE SCHEMA IF NOT EXISTS ${name} AUTHORIZATION :"owner";`, `GRANT ALL ON SCHEMA ${name} TO :"owner";`];
}

function createExtension(extension: PostgresExtension): string[] {
  if (typeof extension === 'string') return [`CREATE EXTENSION IF NOT EXISTS ${quotedName(extension)};`];
  const schema = quotedName(extension.schema);
  return [
    ...createSchema(extension.schema),
    `CREATE EXTENSION IF NOT EXISTS ${quotedName(extension.name)} SCHEMA ${schema};`,
    // Some extensions keep their configuration in tables, and their functions write there as the caller.
    `GRANT ALL ON ALL TABLES IN SCHEMA ${schema} TO :"owner";`,
  ];
}

/** Returns an array of texts. */
export function sqlTextArray(texts: readonly string[]): string {
  return `ARRAY[${texts.map(sqlLiteral).join(', ')}]::text[]`;
}
