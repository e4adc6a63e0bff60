import { shellQuote } from '../shell';

export interface StartScriptModel {
  /** Major version of the server in the image. */
  readonly majorVersion: number;
  /** Mount path of the volume. */
  readonly mountPath: string;
  readonly dataDirectory: string;
  /** Command that lists the containers with a volume called NAME. */
  readonly volumeUsers: string;
}

/** Seconds that a server waits for another one to leave the volume. */
const PATIENCE = 60;

/** Mark in the data directory from the first files of a database until the server itself starts on it. */
const MARK = 'docker-constructs.first-start';

/**
 * Returns the start script of a Postgres container, which runs before the image's own entry point. It refuses a data
 * volume of another major version, where the official entry point would make a new, empty database beside the old one.
 * On the very first start it gives the superuser a random password: administration uses the socket.
 *
 * The entry point takes the directory of a first start that was cut off for a complete one. The script therefore puts a
 * mark into the directory until the server for consumers starts on it, in the process of this script. It refuses a
 * directory with a mark. Only init scripts can have written to that.
 *
 * A server cannot notice one in another container: it sees no processes of the other, and takes its lock file for a
 * leftover. The server therefore keeps a lock on the volume itself, which the kernel gives to one process at a time.
 */
export function renderStartScript({ majorVersion, mountPath, dataDirectory, volumeUsers }: StartScriptModel): string {
  return `#!/bin/sh
set -eu
refuse() {
  echo "This volume holds the data of PostgreSQL $1, but the image runs ${majorVersion}. Nothing was changed." >&2
  echo "Go back to an image of version $1, or move the data: see 'Major versions' in the documentation of PostgresService." >&2
  exit 1
}
data=${shellQuote(dataDirectory)}
${lockOf(mountPath, volumeUsers)}
if [ -e "$data/${MARK}" ]; then
  echo "The first start on this volume was cut off, so its database is only half made. Nothing was changed." >&2
  echo "The reason is further up in this log. Correct it, empty the volume, and apply again: see 'The first start' in the documentation of PostgresService." >&2
  exit 1
fi
if [ -s "$data/PG_VERSION" ]; then
  found="$(cat "$data/PG_VERSION")"
  [ "$found" = '${majorVersion}' ] || refuse "$found"
else
  for mount in /var/lib/postgresql /var/lib/postgresql/data; do
    for other in "$mount"/PG_VERSION "$mount"/*/docker/PG_VERSION; do
      [ ! -s "$other" ] || refuse "$(cat "$other")"
    done
  done
  POSTGRES_PASSWORD="$(head -c 32 /dev/urandom | base64)"
  export POSTGRES_PASSWORD
${WATCH_FIRST_START}
fi
exec docker-entrypoint.sh postgres "$@"
`;
}

/**
 * Returns the lines that lock the volume. Exit code 1 of flock means that another process has the lock; an image
 * without flock starts as before.
 */
function lockOf(mountPath: string, volumeUsers: string): string {
  return `if command -v flock >/dev/null; then
  exec 9<${shellQuote(mountPath)}
  waited=0
  # The process with number 1 ends at no signal that it does not ask for.
  trap 'exit 143' INT TERM
  while locked=0; flock -n 9 || locked=$?; [ "$locked" = 1 ]; do
    [ "$waited" != 0 ] || echo "Another container runs a server on this volume. Waiting until it ends." >&2
    if [ "$waited" = ${PATIENCE} ]; then
      echo "Another container still runs a server on this volume. Nothing was changed." >&2
      echo "Find it by the name of the volume: ${volumeUsers}" >&2
      exit 1
    fi
    waited=$((waited + 1))
    sleep 1
  done
  trap - INT TERM
fi`;
}

/**
 * Runs beside the entry point, because initdb needs an empty directory, and a server for init scripts comes first. The
 * server itself has the process id of this script, which the server records before it accepts connections.
 */
const WATCH_FIRST_START = `  main=$$
  # In a process of its own, which is no child of the server's.
  ( (
    # A signal that is meant for the server must not end the watch.
    trap '' INT TERM HUP
    until [ -e "$data/PG_VERSION" ]; do
      kill -0 "$main" 2>/dev/null || exit 0
      sleep 0.02
    done
    : >"$data/${MARK}"
    until [ "$(head -n 1 "$data/postmaster.pid" 2>/dev/null)" = "$main" ]; do
      kill -0 "$main" 2>/dev/null || exit 0
      sleep 0.1
    done
    rm -f "$data/${MARK}"
  ) & )`;

/**
 * Returns the rules of access: the superuser over the socket only, all others with a password, receivers of the log
 * included.
 */
export function renderHostBasedAuthentication(superuser: string): string {
  const name = `"${superuser}"`;
  return `# The socket lies in a volume that only administrative jobs mount.
local all         all     trust
local replication all     trust
# The superuser has no password that could be guessed, and is not even asked for one.
host  all         ${name} all reject
host  replication ${name} all reject
host  all         all all scram-sha-256
host  replication all all scram-sha-256
`;
}
