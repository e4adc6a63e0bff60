import { ConfigurationError, quote } from '../../values';
import {
  CLOSE_SERVER_DATABASES,
  CREATE_DATABASE,
  createContents,
  DATABASE_LOCK,
  ownerRole,
  SERVER_LOCK,
} from './database-sql';
import { grants } from './grants-sql';
import type { DatabaseScriptModel, RetireScriptModel, RoleScriptModel } from './model';
import { quotedName } from './names';
import { psqlScript } from './psql-script';
import { DROP_LOGINS, EXPIRE, LEAVE_DATABASE, loginMark } from './retire-sql';
import { createRole } from './role-sql';
import { SERVER_WARNINGS } from './server-warnings';

/**
 * Returns a POSIX shell script for a job that prepares a database for one consumer. It makes the database, its owner
 * role `<database>_owner`, schemas and extensions, and the consumer's login role, password, privileges and settings. It
 * revokes what only an earlier run granted. Other logins of the consumer stay as they are. Only superusers and the
 * roles that it made may connect.
 *
 * It needs psql and the server's socket directory; it waits up to a minute for the server.
 *
 * @throws ConfigurationError for names that PostgreSQL cannot hold, and for a role that is the superuser or the owner
 */
export function renderRoleScript(model: RoleScriptModel): string {
  const variables = loginVariables({ ...model, consumer: model.consumer ?? model.role });
  return psqlScript({
    ...model,
    title: `Makes the role ${model.role} for the database ${model.database}`,
    sessions: [
      {
        database: 'postgres',
        variables: { ...variables, place: `[${model.place ?? model.database}]` },
        sql: [CLOSE_SERVER_DATABASES, SERVER_LOCK, SERVER_WARNINGS, CREATE_DATABASE, createRole(model)].join('\n'),
      },
      { database: model.database, variables, sql: transaction(createContents(model), grants(model)) },
    ],
  });
}

/**
 * Returns a POSIX shell script for a job that ends all logins of a consumer but one. Valid ones can open sessions for
 * the grace period. Those whose grace period is over and that have no sessions are dropped. Their objects go to the
 * database's owner role. A login that `renderRoleScript` makes again is valid again.
 *
 * @throws ConfigurationError as `renderRoleScript`
 */
export function renderRetireScript(model: RetireScriptModel): string {
  const variables = { ...loginVariables(model), consumer: model.consumer };
  const grace = `${Math.ceil(model.grace.toMillis() / 1000)} seconds`;
  return psqlScript({
    ...model,
    title: `Ends the logins of ${model.consumer} in the database ${model.database} that ${model.role} replaces`,
    sessions: [
      { database: 'postgres', variables: { ...variables, grace }, sql: [SERVER_LOCK, EXPIRE].join('\n') },
      { database: model.database, variables, sql: transaction(LEAVE_DATABASE) },
      { database: 'postgres', variables, sql: [SERVER_LOCK, DROP_LOGINS].join('\n') },
    ],
  });
}

function loginVariables(model: Omit<RetireScriptModel, 'grace'>): Readonly<Record<string, string>> {
  const { role, consumer, database, superuser } = model;
  const variables = databaseVariables(model);
  for (const name of [consumer, role]) {
    quotedName(name);
    if (name !== superuser && name !== variables.owner && !name.startsWith('pg_')) continue;
    throw new ConfigurationError(
      undefined,
      `a consumer needs a role of its own, got ${quote(name)}; choose another name`,
    );
  }
  return { ...variables, role, mark: loginMark(consumer, database) };
}

function databaseVariables({ database }: Pick<DatabaseScriptModel, 'database'>): {
  readonly database: string;
  readonly owner: string;
} {
  const owner = ownerRole(database);
  quotedName(owner);
  return { database, owner };
}

function transaction(...parts: readonly string[]): string {
  return ['BEGIN;', DATABASE_LOCK, ...parts, 'COMMIT;'].join('\n');
}
