#!/bin/sh
set -eu
refuse() {
  echo "This volume holds the data of PostgreSQL $1, but the image runs 18. Nothing was changed." >&2
  echo "Go back to an image of version $1, or move the data: see 'Major versions' in the documentation of PostgresService." >&2
  exit 1
}
data=/var/lib/postgresql/18/docker
if command -v flock >/dev/null; then
  exec 9</var/lib/postgresql
  waited=0
  # The process with number 1 ends at no signal that it does not ask for.
  trap 'exit 143' INT TERM
  while locked=0; flock -n 9 || locked=$?; [ "$locked" = 1 ]; do
    [ "$waited" != 0 ] || echo "Another container runs a server on this volume. Waiting until it ends." >&2
    if [ "$waited" = 60 ]; then
      echo "Another container still runs a server on this volume. Nothing was changed." >&2
      echo "Find it by the name of the volume: docker ps --filter volume=NAME" >&2
      exit 1
    fi
    waited=$((waited + 1))
    sleep 1
  done
  trap - INT TERM
fi
if [ -e "$data/docker-constructs.first-start" ]; then
  echo "The first start on this volume was cut off, so its database is only half made. Nothing was changed." >&2
  echo "The reason is further up in this log. Correct it, empty the volume, and apply again: see 'The first start' in the documentation of PostgresService." >&2
  exit 1
fi
if [ -s "$data/PG_VERSION" ]; then
  found="$(cat "$data/PG_VERSION")"
  [ "$found" = '18' ] || refuse "$found"
else
  for mount in /var/lib/postgresql /var/lib/postgresql/data; do
    for other in "$mount"/PG_VERSION "$mount"/*/docker/PG_VERSION; do
      [ ! -s "$other" ] || refuse "$(cat "$other")"
    done
  done
  POSTGRES_PASSWORD="$(head -c 32 /dev/urandom | base64)"
  export POSTGRES_PASSWORD
  main=$$
  # In a process of its own, which is no child of the server's.
  ( (
    # A signal that is meant for the server must not end the watch.
    trap '' INT TERM HUP
    until [ -e "$data/PG_VERSION" ]; do
      kill -0 "$main" 2>/dev/null || exit 0
      sleep 0.02
    done
    : >"$data/docker-constructs.first-start"
    until [ "$(head -n 1 "$data/postmaster.pid" 2>/dev/null)" = "$main" ]; do
      kill -0 "$main" 2>/dev/null || exit 0
      sleep 0.1
    done
    rm -f "$data/docker-constructs.first-start"
  ) & )
fi
exec docker-entrypoint.sh postgres "$@"
