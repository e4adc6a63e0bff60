import { LOCK_GUARD } from './lock-guard';
import { READ_SYSTEM_RELATIONS, SESSION_OPTIONS } from './session-options';
import { shellQuote } from '../shell';

/** One psql session: its database, the variables its SQL uses (`:"name"`, `:'name'`), and the SQL. */
export interface PsqlSession {
  readonly database: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly sql: string;
}

export interface PsqlScript {
  /** Title on one line. */
  readonly title: string;
  readonly superuser: string;
  readonly socketDirectory?: string;
  /** File that is read into the psql variable `password`. */
  readonly passwordFile?: string;
  readonly sessions: readonly PsqlSession[];
}

/** Returns a POSIX shell script that waits for the server and then runs the sessions one after the other. */
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
    '# With the exit code of psql for a statement that failed.',
    'stop() {',
    '  echo "$1" >&2',
    '  exit 3',
    '}',
    '',
    ...passwordCheck(script.passwordFile),
    ...WAIT,
    '',
    ...LOCK_GUARD,
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
  "# What comes with the answer, such as a warning at each connection, is the server's business and not the answer's.",
  'ask() {',
  '  psql -XAtq -d postgres -c "$ready"',
  '}',
  'attempts=0',
  'until [ "$(ask 2>/dev/null)" = t ]; do',
  '  attempts=$((attempts + 1))',
  '  [ "$attempts" -lt 60 ] || fail "no answer from the database server: $(ask 2>&1)"',
  '  sleep 1',
  'done',
];

/**
 * Error of a statement when a consumer changed the same catalog row at the same moment: catalog rows cannot be locked.
 */
const COLLISION = 'tuple concurrently updated';
const TRIES = 5;

function sessionLines({ database, variables, sql }: PsqlSession): string[] {
  const settings = Object.entries(variables).map(([name, value]) => `-v ${name}=${shellQuote(value)}`);
  return [
    'tries=0',
    // In PGDATABASE, a name that looks like a connection string is still a name.
    `until said="$(PGDATABASE=${shellQuote(database)} psql -Xq -o /dev/null -v ON_ERROR_STOP=1 \\`,
    `  ${settings.join(' ')} 2>&1 <<'SQL'`,
    READ_SYSTEM_RELATIONS,
    sql.trim(),
    'SQL',
    ')"; do',
    '  tries=$((tries + 1))',
    `  case "$said" in *${shellQuote(COLLISION)}*) [ "$tries" -lt ${TRIES} ] || stop "$said" ;; *) stop "$said" ;; esac`,
    'done',
    '[ -z "$said" ] || echo "$said" >&2',
  ];
}
