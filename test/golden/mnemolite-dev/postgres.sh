#!/bin/sh
set -eu
refuse() {
  echo "This volume holds the data of PostgreSQL $1, but the image runs 18. Nothing was changed." >&2
  echo "Go back to an image of version $1, or move the data: see 'Major versions' in the documentation of PostgresService." >&2
  exit 1
}
own='/var/lib/postgresql/18/docker/PG_VERSION'
if [ -s "$own" ]; then
  found="$(cat "$own")"
  [ "$found" = '18' ] || refuse "$found"
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
