export interface StartScriptModel {
  /** Major version of the server in the image. */
  readonly majorVersion: number;
  readonly dataDirectory: string;
}

/**
 * Start of a Postgres container, before the image's own entry point. It refuses a data volume of another major
 * version, where the entry point of the official image would make a new, empty database beside the old one. On the
 * very first start it gives the superuser a password that nobody ever learns: administration goes through the socket.
 */
export function renderStartScript({ majorVersion, dataDirectory }: StartScriptModel): string {
  return `#!/bin/sh
set -eu
refuse() {
  echo "This volume holds the data of PostgreSQL $1, but the image runs ${majorVersion}. Nothing was changed." >&2
  echo "Go back to an image of version $1, or move the data: see 'Major versions' in the documentation of PostgresService." >&2
  exit 1
}
own='${dataDirectory}/PG_VERSION'
if [ -s "$own" ]; then
  found="$(cat "$own")"
  [ "$found" = '${majorVersion}' ] || refuse "$found"
else
  for mount in /var/lib/postgresql /var/lib/postgresql/data; do
    for other in "$mount"/PG_VERSION "$mount"/*/docker/PG_VERSION; do
      [ ! -s "$other" ] || refuse "$(cat "$other")"
    done
  done
  POSTGRES_PASSWORD="$(head -c 32 /dev/urandom | base64)"
  export POSTGRES_PASSWORD
fi
exec docker-entrypoint.sh postgres "$@"
`;
}

/** Who may connect how: the superuser over the socket only, everybody else with a password, backups included. */
export function renderHostBasedAuthentication(): string {
  return `# The socket lies in a volume that only administrative jobs mount.
local all         all     trust
local replication all     trust
host  all         all all scram-sha-256
host  replication all all scram-sha-256
`;
}
