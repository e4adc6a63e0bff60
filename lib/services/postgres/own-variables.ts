import type { EnvironmentVariables } from '../../model/workload/environment-variables';
import { initdbWords } from './initdb-words';
import { POSTGRES_PORT, SUPERUSER } from './postgres-layout';
import type { PostgresServiceProps } from './postgres-service';

export const DEFAULT_DATABASE = 'app';

const LOGINS =
  `the superuser is "${SUPERUSER}" and has a random password that is not kept; each consumer gets a login of its own with ` +
  '`connectTo`';

/** Owns variables of the official image that the construct sets: another value would break it, or have no effect. */
export function ownVariables(
  environment: EnvironmentVariables,
  dataDirectory: string,
  { database, initdbArguments }: Pick<PostgresServiceProps, 'database' | 'initdbArguments'>,
): void {
  environment.own(
    {
      POSTGRES_USER: SUPERUSER,
      POSTGRES_USER_FILE: undefined,
      POSTGRES_PASSWORD: undefined,
      POSTGRES_PASSWORD_FILE: undefined,
    },
    LOGINS,
  );
  environment.own(
    { POSTGRES_DB: database ?? DEFAULT_DATABASE, POSTGRES_DB_FILE: undefined },
    'state the first database with `database`',
  );
  environment.own({ PGDATA: dataDirectory }, 'the data directory follows from the major version; leave it out');
  environment.own(
    { POSTGRES_INITDB_ARGS: initdbWords(initdbArguments), POSTGRES_INITDB_ARGS_FILE: undefined },
    'state words for `initdb` with `initdbArguments`',
  );
  environment.own({ POSTGRES_INITDB_WALDIR: undefined }, 'the log lies with the data; leave it out');
  environment.own(
    { POSTGRES_HOST_AUTH_METHOD: undefined },
    'everything but the socket asks for a password (scram-sha-256); leave it out',
  );
  environment.own(
    { PGPORT: undefined },
    `the server listens on ${POSTGRES_PORT}; state a port of the host in \`expose\``,
  );
}
