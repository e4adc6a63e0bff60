#!/usr/bin/env bash
# The start contract of the official postgres image, written anew for the test stand-in.
# See ../README.md for what is kept and what is not.
set -Eeuo pipefail

SOCKETS=/var/run/postgresql
SCRIPTS=/docker-entrypoint-initdb.d

fail() {
	printf 'Error: %s\n' "$@" >&2
	exit 1
}

# setting NAME [DEFAULT]: NAME from the environment, or from the file that NAME_FILE names.
setting() {
	local name=$1 default=${2:-} file_name="$1_FILE"
	local value=${!name:-} file=${!file_name:-}
	if [[ -n $value && -n $file ]]; then
		fail "both $name and $file_name are set (but are exclusive)"
	fi
	if [[ -n $file ]]; then
		value=$(<"$file")
	fi
	export "$name=${value:-$default}"
	unset "$file_name"
}

only_asks() {
	local argument
	for argument in "$@"; do
		case $argument in
			-'?' | --help | -V | --version | --describe-config) return 0 ;;
		esac
	done
	return 1
}

prepare_folders() {
	mkdir -p "$PGDATA" "$SOCKETS"
	chmod 0700 "$PGDATA" || true
	chmod 3775 "$SOCKETS" 2>/dev/null || true # a tmpfs there belongs to root
	if [[ $(id -u) == 0 ]]; then
		find "$PGDATA" "$SOCKETS" \! -user postgres -exec chown postgres '{}' +
	fi
}

refuse_old_layout() {
	# Only the majors that keep their data in a folder of their own have an older layout to find.
	[[ $PGDATA == "/var/lib/postgresql/$PG_MAJOR/docker" ]] || return 0
	local folder found=()
	for folder in /var/lib/postgresql /var/lib/postgresql/data /var/lib/postgresql/*/docker; do
		if [[ -s $folder/PG_VERSION ]]; then found+=("$folder"); fi
	done
	if awk '$5 == "/var/lib/postgresql/data" { hit = 1 } END { exit !hit }' /proc/self/mountinfo; then
		found+=('/var/lib/postgresql/data (mounted)')
	fi
	if ((${#found[@]})); then
		fail "from 18 on, data lives in $PGDATA and /var/lib/postgresql is the volume to mount;" \
			"data of another layout or version was found in: ${found[*]}"
	fi
}

require_password() {
	if [[ -z $POSTGRES_PASSWORD && ${POSTGRES_HOST_AUTH_METHOD:-} != trust ]]; then
		fail 'Database is uninitialized and superuser password is not specified.' \
			'Set POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE to a non-empty value for the superuser.'
	fi
}

create_cluster() {
	local more=()
	if [[ -n ${POSTGRES_INITDB_WALDIR:-} ]]; then more+=(--waldir "$POSTGRES_INITDB_WALDIR"); fi
	eval 'initdb --pgdata "$PGDATA" --username "$POSTGRES_USER" --pwfile <(printf "%s\n" "$POSTGRES_PASSWORD") "${more[@]}" '"${POSTGRES_INITDB_ARGS:-}"
	local method=${POSTGRES_HOST_AUTH_METHOD:-}
	: "${method:=$(postgres -C password_encryption -D "$PGDATA")}"
	printf '\nhost all all all %s\n' "$method" >>"$PGDATA/pg_hba.conf"
}

run_sql() {
	PGHOST='' PGHOSTADDR='' psql -v ON_ERROR_STOP=1 --no-psqlrc --no-password \
		--username "$POSTGRES_USER" --dbname "$POSTGRES_DB" "$@"
}

run_init_script() {
	local file=$1
	case $file in
		*.sh)
			printf '%s: running %s\n' "$0" "$file"
			# shellcheck disable=SC1090
			if [[ -x $file ]]; then "$file"; else . "$file"; fi
			;;
		*.sql) printf '%s: running %s\n' "$0" "$file" && run_sql -f "$file" ;;
		*.sql.gz) printf '%s: running %s\n' "$0" "$file" && gunzip -c "$file" | run_sql ;;
		*.sql.xz) printf '%s: running %s\n' "$0" "$file" && xzcat "$file" | run_sql ;;
		*.sql.zst) printf '%s: running %s\n' "$0" "$file" && zstd -dc "$file" | run_sql ;;
		*) printf '%s: ignoring %s\n' "$0" "$file" ;;
	esac
}

first_start() {
	refuse_old_layout
	require_password
	create_cluster

	# Nothing but this container can reach the database before it is complete.
	export PGPASSWORD="${PGPASSWORD:-$POSTGRES_PASSWORD}"
	shift
	pg_ctl -D "$PGDATA" -w start -o "$(printf '%q ' "$@" -c listen_addresses= -p "${PGPORT:-5432}")"
	if [[ $POSTGRES_DB != postgres ]]; then
		run_sql --dbname postgres --set db="$POSTGRES_DB" <<<'CREATE DATABASE :"db";'
	fi
	local file
	for file in "$SCRIPTS"/*; do
		if [[ -e $file ]]; then run_init_script "$file"; fi
	done
	pg_ctl -D "$PGDATA" -m fast -w stop
	unset PGPASSWORD
	printf '\nPostgreSQL init process complete; ready for start up.\n\n'
}

if [[ ${1:--} == -* ]]; then
	set -- postgres "$@"
fi
if [[ $1 == postgres ]] && ! only_asks "$@"; then
	prepare_folders
	if [[ $(id -u) == 0 ]]; then
		HOME=/var/lib/postgresql exec setpriv --reuid postgres --regid postgres --init-groups "$0" "$@"
	fi
	if [[ -s $PGDATA/PG_VERSION ]]; then
		printf '\nPostgreSQL Database directory appears to contain a database; Skipping initialization\n\n'
	else
		setting POSTGRES_PASSWORD
		setting POSTGRES_USER postgres
		setting POSTGRES_DB "$POSTGRES_USER"
		setting POSTGRES_INITDB_ARGS
		first_start "$@"
	fi
fi
exec "$@"
