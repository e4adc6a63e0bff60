import { ConfigurationError, quoted } from '../../values';
import { CREATE_DATABASE, createContents, DATABASE_LOCK, ownerRole, SERVER_LOCK } from './database-sql';
import { grants } from './grants-sql';
import type { DatabaseScriptModel, RoleScriptModel } from './model';
import { quotedName } from './names';
import { psqlScript } from './psql-script';
import { createRole } from './role-sql';

/**
 * A POSIX shell script for a job that makes one database ready: the database, its owner role `<database>_owner`,
 * schemas and extensions. Nobody may connect but superusers and the roles made by `renderRoleScript`.
 *
 * It needs psql and the server's socket directory; it waits up to a minute for the server.
 *
 * @throws ConfigurationError for names that PostgreSQL cannot hold
 */
export function renderDatabaseScript(model: DatabaseScriptModel): string {
  const variables = databaseVariables(model);
  return psqlScript({
    ...model,
    title: `Makes the database ${model.database}`,
    sessions: [
      { database: 'postgres', variables, sql: [SERVER_LOCK, CREATE_DATABASE].join('\n') },
      { database: model.database, variables, sql: transaction(createContents(model)) },
    ],
  });
}

/**
 * The same for one consumer of the database: also creates or updates its login role, password, privileges and
 * settings, and takes back what an earlier run gave and this one does not.
 *
 * @throws ConfigurationError for names that PostgreSQL cannot hold, and for a role that is the superuser or the owner
 */
export function renderRoleScript(model: RoleScriptModel): string {
  const variables = { ...databaseVariables(model), role: model.role };
  quotedName(model.role);
  if (model.role === model.superuser || model.role === variables.owner || model.role.startsWith('pg_')) {
    throw new ConfigurationError(
      undefined,
      `a consumer needs a role of its own, got ${quoted(model.role)}; choose another name`,
    );
  }
  return psqlScript({
    ...model,
    title: `Makes the role ${model.role} for the database ${model.database}`,
    sessions: [
      { database: 'postgres', variables, sql: [SERVER_LOCK, CREATE_DATABASE, createRole(model)].join('\n') },
      { database: model.database, variables, sql: transaction(createContents(model), grants(model)) },
    ],
  });
}

function databaseVariables({ database }: DatabaseScriptModel): { readonly database: string; readonly owner: string } {
  const owner = ownerRole(database);
  quotedName(owner);
  return { database, owner };
}

function transaction(...parts: readonly string[]): string {
  return ['BEGIN;', DATABASE_LOCK, ...parts, 'COMMIT;'].join('\n');
}
