import { shellQuote } from '../shell';

/** One psql session: its database, the variables its SQL uses (`:"name"`, `:'name'`), and the SQL. */
export interface PsqlSession {
  readonly database: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly sql: string;
}

export interface PsqlScript {
  /** One line. */
  readonly title: string;
  readonly superuser: string;
  readonly socketDirectory?: string;
  /** Read into the psql variable `password` by the sessions that want it. */
  readonly passwordFile?: string;
  readonly sessions: readonly PsqlSession[];
}

/** Statements that hold a password must reach no log, and a lock that nobody gives up must not stop a deployment for good. */
const SESSION_OPTIONS = [
  'log_statement=none',
  'log_min_duration_statement=-1',
  'log_min_duration_sample=-1',
  'log_transaction_sample_rate=0',
  'log_min_error_statement=panic',
  'log_duration=off',
  'pg_stat_statements.track_utility=off',
  'pgaudit.log=none',
  'password_encryption=scram-sha-256',
  'client_min_messages=warning',
  // Functions that a consumer has put into a schema of its own must not be taken for the server's.
  'search_path=pg_catalog,pg_temp',
  'statement_timeout=0',
  'lock_timeout=60s',
];

/** A POSIX shell script that waits for the server and then runs the sessions one after the other. */
export function psqlScript(script: PsqlScript): string {
  return [
    '#!/bin/sh',
    `# ${script.title}. Safe to run again, and side by side with others of its kind.`,
    'set -eu',
    '',
    `export PGHOST=${shellQuote(script.socketDirectory ?? '/run/postgresql')}`,
    `export PGUSER=${shellQuote(script.superuser)}`,
    'export PGCLIENTENCODING=UTF8 PGCONNECT_TIMEOUT=5',
    '# What these sessions say reaches no log of the server.',
    `export PGOPTIONS=${shellQuote(SESSION_OPTIONS.map((option) => `-c ${option}`).join(' '))}`,
    '',
    'fail() {',
    '  echo "$1" >&2',
    '  exit 1',
    '}',
    '',
    ...passwordCheck(script.passwordFile),
    ...WAIT,
    ...script.sessions.flatMap((session) => ['', ...sessionLines(session)]),
    '',
  ].join('\n');
}

function passwordCheck(path: string | undefined): string[] {
  if (path === undefined) return [];
  return [
    `export PASSWORD_FILE=${shellQuote(path)}`,
    '[ -r "$PASSWORD_FILE" ] || fail "cannot read the password file $PASSWORD_FILE"',
    '[ -n "$(cat "$PASSWORD_FILE")" ] || fail "the password file $PASSWORD_FILE is empty"',
    '',
  ];
}

const WAIT = [
  '# While an empty data directory is being set up, a server that listens on no address answers on the same socket and',
  '# then goes away again; it is not the one to wait for.',
  `ready="select not pg_is_in_recovery() and current_setting('listen_addresses') <> ''"`,
  'attempts=0',
  'until [ "$(psql -XAtq -d postgres -c "$ready" 2>&1)" = t ]; do',
  '  attempts=$((attempts + 1))',
  '  [ "$attempts" -lt 60 ] || fail "no answer from the database server: $(psql -XAtq -d postgres -c "$ready" 2>&1)"',
  '  sleep 1',
  'done',
];

function sessionLines({ database, variables, sql }: PsqlSession): string[] {
  const settings = Object.entries(variables).map(([name, value]) => `-v ${name}=${shellQuote(value)}`);
  return [
    // In PGDATABASE a name that looks like a connection string is a name still.
    `PGDATABASE=${shellQuote(database)} psql -Xq -o /dev/null -v ON_ERROR_STOP=1 \\`,
    `  ${settings.join(' ')} <<'SQL'`,
    sql.trim(),
    'SQL',
  ];
}
