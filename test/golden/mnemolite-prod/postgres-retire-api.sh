#!/bin/sh
# Ends the logins of api in the database mnemolite that api replaces. Safe to run again, and side by side with others of its kind.
set -eu

export PGHOST=/run/postgresql
export PGUSER=postgres
export PGCLIENTENCODING=UTF8 PGCONNECT_TIMEOUT=5
# What these sessions say reaches no log of the server.
export PGOPTIONS='-c log_statement=none -c log_min_duration_statement=-1 -c log_min_duration_sample=-1 -c log_transaction_sample_rate=0 -c log_min_error_statement=panic -c log_duration=off -c pg_stat_statements.track_utility=off -c pgaudit.log=none -c password_encryption=scram-sha-256 -c client_min_messages=warning -c lc_messages=C -c search_path=pg_catalog,pg_temp -c local_preload_libraries= -c role=none -c row_security=on -c standard_conforming_strings=on -c datestyle=ISO -c intervalstyle=postgres -c transform_null_equals=off -c default_transaction_read_only=off -c default_transaction_deferrable=off -c default_transaction_isolation=read\ committed -c default_tablespace= -c default_table_access_method=heap -c temp_tablespaces= -c temp_file_limit=-1 -c idle_session_timeout=0 -c idle_in_transaction_session_timeout=0 -c statement_timeout=10min -c lock_timeout=60s'

fail() {
  echo "$1" >&2
  exit 1
}
# With the exit code of psql for a statement that failed.
stop() {
  echo "$1" >&2
  exit 3
}

# While an empty data directory is being set up, a server that listens on no address answers on the same socket and
# then goes away again; it is not the one to wait for.
ready="select not pg_is_in_recovery() and current_setting('listen_addresses') <> ''"
# What comes with the answer, such as a warning at each connection, is the server's business and not the answer's.
ask() {
  psql -XAtq -d postgres -c "$ready"
}
attempts=0
until [ "$(ask 2>/dev/null)" = t ]; do
  attempts=$((attempts + 1))
  [ "$attempts" -lt 60 ] || fail "no answer from the database server: $(ask 2>&1)"
  sleep 1
done

# Names the sessions that keep this script waiting for a lock, and ends those of consumers.
PGAPPNAME="docker-constructs $(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')"
export PGAPPNAME
PGDATABASE=postgres psql -XAtq >&2 <<'SQL' &
SELECT format(CASE WHEN r.rolsuper THEN 'waited for' ELSE 'ended' END || ' session %s of role %I (application %s), which held a lock (%s)%s',
    h.pid, h.usename, quote_literal(h.application_name), w.wait_event,
    CASE WHEN NOT r.rolsuper AND NOT pg_terminate_backend(h.pid) THEN ' and was gone already' END)
  FROM pg_stat_activity w JOIN pg_roles own ON own.oid = w.usesysid AND own.rolsuper
    CROSS JOIN LATERAL unnest(pg_blocking_pids(w.pid)) AS blocking (pid)
    JOIN pg_stat_activity h ON h.pid = blocking.pid JOIN pg_roles r ON r.oid = h.usesysid
  WHERE w.application_name = current_setting('application_name') AND w.wait_event_type = 'Lock'
    AND w.query_start < clock_timestamp() - interval '5 seconds'
    AND (NOT r.rolsuper OR w.query_start > clock_timestamp() - interval '5 seconds' - interval '1 second') \watch 1
SQL
guard=$!
trap 'kill "$guard" 2>/dev/null || :' EXIT

tries=0
until said="$(PGDATABASE=postgres psql -Xq -o /dev/null -v ON_ERROR_STOP=1 \
  -v database=mnemolite -v owner=mnemolite_owner -v role=api -v mark='docker-constructs login of api in mnemolite' -v consumer=api -v grace='90 seconds' 2>&1 <<'SQL'
SELECT pg_catalog.set_config(name, 'view, foreign-table', false)
  FROM pg_catalog.pg_settings WHERE name = 'restrict_nonsystem_relation_kind';
SELECT pg_advisory_lock(1685025907, 1);

-- Sessions live on; until then new ones may begin. An end that was set earlier is not put off.
SELECT format('ALTER ROLE %I VALID UNTIL %L', rolname, now() + :'grace'::interval) FROM pg_roles
  WHERE rolname <> :'role' AND rolcanlogin AND NOT rolsuper
    AND (shobj_description(oid, 'pg_authid') = :'mark'
      OR rolname = :'consumer' AND shobj_description(oid, 'pg_authid') IS NULL)
    AND (rolvaliduntil IS NULL OR rolvaliduntil > now() + :'grace'::interval) \gexec
SELECT format('REVOKE ALL ON DATABASE %I FROM %I CASCADE', :'database', rolname) FROM pg_roles
  WHERE rolname <> :'role' AND rolcanlogin AND NOT rolsuper
    AND (shobj_description(oid, 'pg_authid') = :'mark'
      OR rolname = :'consumer' AND shobj_description(oid, 'pg_authid') IS NULL)
    AND rolvaliduntil < now() AND NOT EXISTS (SELECT FROM pg_stat_activity WHERE usesysid = pg_roles.oid) \gexec
SQL
)"; do
  tries=$((tries + 1))
  case "$said" in *'tuple concurrently updated'*) [ "$tries" -lt 5 ] || stop "$said" ;; *) stop "$said" ;; esac
done
[ -z "$said" ] || echo "$said" >&2

tries=0
until said="$(PGDATABASE=mnemolite psql -Xq -o /dev/null -v ON_ERROR_STOP=1 \
  -v database=mnemolite -v owner=mnemolite_owner -v role=api -v mark='docker-constructs login of api in mnemolite' -v consumer=api 2>&1 <<'SQL'
SELECT pg_catalog.set_config(name, 'view, foreign-table', false)
  FROM pg_catalog.pg_settings WHERE name = 'restrict_nonsystem_relation_kind';
BEGIN;
LOCK TABLE pg_catalog.pg_shseclabel IN SHARE UPDATE EXCLUSIVE MODE;
SET LOCAL lock_timeout = '15s';
SELECT format('DO %L', format('BEGIN REASSIGN OWNED BY %1$I TO %2$I; DROP OWNED BY %1$I; EXCEPTION WHEN undefined_object THEN NULL; WHEN OTHERS THEN RAISE WARNING ''%%'', ''a retired login stays: '' || SQLERRM; END', rolname, :'owner')) FROM pg_roles
  WHERE rolname <> :'role' AND rolcanlogin AND NOT rolsuper
    AND (shobj_description(oid, 'pg_authid') = :'mark'
      OR rolname = :'consumer' AND shobj_description(oid, 'pg_authid') IS NULL)
    AND rolvaliduntil < now() AND NOT EXISTS (SELECT FROM pg_stat_activity WHERE usesysid = pg_roles.oid) \gexec
COMMIT;
SQL
)"; do
  tries=$((tries + 1))
  case "$said" in *'tuple concurrently updated'*) [ "$tries" -lt 5 ] || stop "$said" ;; *) stop "$said" ;; esac
done
[ -z "$said" ] || echo "$said" >&2

tries=0
until said="$(PGDATABASE=postgres psql -Xq -o /dev/null -v ON_ERROR_STOP=1 \
  -v database=mnemolite -v owner=mnemolite_owner -v role=api -v mark='docker-constructs login of api in mnemolite' -v consumer=api 2>&1 <<'SQL'
SELECT pg_catalog.set_config(name, 'view, foreign-table', false)
  FROM pg_catalog.pg_settings WHERE name = 'restrict_nonsystem_relation_kind';
SELECT pg_advisory_lock(1685025907, 1);
SELECT format('DO %L', format('BEGIN DROP ROLE %1$I; EXCEPTION WHEN undefined_object THEN NULL; WHEN OTHERS THEN RAISE WARNING ''%%'', ''a retired login stays: '' || SQLERRM; END', rolname)) FROM pg_roles
  WHERE rolname <> :'role' AND rolcanlogin AND NOT rolsuper
    AND (shobj_description(oid, 'pg_authid') = :'mark'
      OR rolname = :'consumer' AND shobj_description(oid, 'pg_authid') IS NULL)
    AND rolvaliduntil < now() AND NOT EXISTS (SELECT FROM pg_stat_activity WHERE usesysid = pg_roles.oid) \gexec
SQL
)"; do
  tries=$((tries + 1))
  case "$said" in *'tuple concurrently updated'*) [ "$tries" -lt 5 ] || stop "$said" ;; *) stop "$said" ;; esac
done
[ -z "$said" ] || echo "$said" >&2
