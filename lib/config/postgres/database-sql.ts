import { sqlLiteral } from '../sql';
import type { DatabaseScriptModel, PostgresExtension } from './model';
import { quotedName } from './names';

/** Serializes all scripts of a server: they change the same rows of the shared catalogs. Must run in `postgres`. */
export const SERVER_LOCK = 'SELECT pg_advisory_lock(1685025907, 1);';

/** The same inside one database, until the transaction ends. */
export const DATABASE_LOCK = 'SELECT pg_advisory_xact_lock(1685025907, 2);';

/** Needs the variables `database` and `owner`. */
export const CREATE_DATABASE = `
-- The owner role cannot log in; roles that may change the schema are members of it.
SELECT format('CREATE ROLE %I', :'owner')
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'owner') \\gexec
ALTER ROLE :"owner" NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'owner')
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \\gexec
SELECT format('ALTER DATABASE %I OWNER TO %I', datname, :'owner')
  FROM pg_database WHERE datname = :'database' AND pg_get_userbyid(datdba) <> :'owner' \\gexec
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;`;

/** Schemas and extensions; needs the variable `owner`, runs inside the database. */
export function createContents(model: DatabaseScriptModel): string {
  const extensions = model.extensions ?? [];
  return [
    '-- Before PostgreSQL 15 everybody could create tables in public.',
    "SELECT 'REVOKE CREATE ON SCHEMA public FROM PUBLIC' FROM pg_namespace WHERE nspname = 'public' \\gexec",
    ...schemasOf(model).flatMap(createSchema),
    '-- An extension that names no schema goes where its author or else public says.',
    'SET LOCAL search_path = public;',
    ...extensions.flatMap(createExtension),
    'SET LOCAL search_path = pg_catalog, pg_temp;',
    ...schemasOf(model).map((schema) => `GRANT ALL ON ALL TABLES IN SCHEMA ${quotedName(schema)} TO :"owner";`),
  ].join('\n');
}

export function schemasOf(model: DatabaseScriptModel): readonly string[] {
  return model.schemas ?? ['public'];
}

/** The name of the role that owns a database and what is in it. */
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

/** An array of texts. */
export function sqlTextArray(texts: readonly string[]): string {
  return `ARRAY[${texts.map(sqlLiteral).join(', ')}]::text[]`;
}
