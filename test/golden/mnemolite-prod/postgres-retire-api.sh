#!/bin/sh
# Ends the logins of api in the database mnemolite that api replaces. Safe to run again, and side by side with others of its kind.
set -eu

export PGHOST=/run/postgresql
export PGUSER=postgres
export PGCLIENTENCODING=UTF8 PGCONNECT_TIMEOUT=5
# What these sessions say reaches no log of the server.
export PGOPTIONS='-c log_statement=none -c log_min_duration_statement=-1 -c log_min_duration_sample=-1 -c log_transaction_sample_rate=0 -c log_min_error_statement=panic -c log_duration=off -c pg_stat_statements.track_utility=off -c pgaudit.log=none -c password_encryption=scram-sha-256 -c client_min_messages=warning -c search_path=pg_catalog,pg_temp -c statement_timeout=0 -c lock_timeout=60s'

fail() {
  echo "$1" >&2
  exit 1
}

# While an empty data directory is being set up, a server that listens on no address answers on the same socket and
# then goes away again; it is not the one to wait for.
ready="select not pg_is_in_recovery() and current_setting('listen_addresses') <> ''"
attempts=0
until [ "$(psql -XAtq -d postgres -c "$ready" 2>&1)" = t ]; do
  attempts=$((attempts + 1))
  [ "$attempts" -lt 60 ] || fail "no answer from the database server: $(psql -XAtq -d postgres -c "$ready" 2>&1)"
  sleep 1
done

PGDATABASE=postgres psql -Xq -o /dev/null -v ON_ERROR_STOP=1 \
  -v database=mnemolite -v owner=mnemolite_owner -v role=api -v mark='docker-constructs login of api in mnemolite' -v consumer=api -v grace='90 seconds' <<'SQL'
SELECT pg_advisory_lock(1685025907, 1);

SET datestyle = ISO;
-- Sessions live on; until then new ones may begin. An end that was set earlier is not put off.
SELECT format('ALTER ROLE %I VALID UNTIL %L', rolname, now() + :'grace'::interval) FROM pg_roles
  WHERE rolname <> :'role' AND rolcanlogin AND NOT rolsuper
    AND (shobj_description(oid, 'pg_authid') = :'mark'
      OR rolname = :'consumer' AND shobj_description(oid, 'pg_authid') IS NULL)
    AND (rolvaliduntil IS NULL OR rolvaliduntil > now() + :'grace'::interval) \gexec
SELECT format('REVOKE ALL ON DATABASE %I FROM %I', :'database', rolname) FROM pg_roles
  WHERE rolname <> :'role' AND rolcanlogin AND NOT rolsuper
    AND (shobj_description(oid, 'pg_authid') = :'mark'
      OR rolname = :'consumer' AND shobj_description(oid, 'pg_authid') IS NULL)
    AND rolvaliduntil < now() AND NOT EXISTS (SELECT FROM pg_stat_activity WHERE usesysid = pg_roles.oid) \gexec
SQL

PGDATABASE=mnemolite psql -Xq -o /dev/null -v ON_ERROR_STOP=1 \
  -v database=mnemolite -v owner=mnemolite_owner -v role=api -v mark='docker-constructs login of api in mnemolite' -v consumer=api <<'SQL'
BEGIN;
SELECT pg_advisory_xact_lock(1685025907, 2);
SET LOCAL lock_timeout = '15s';
SELECT format('DO %L', format('BEGIN REASSIGN OWNED BY %1$I TO %2$I; DROP OWNED BY %1$I; EXCEPTION WHEN undefined_object THEN NULL; WHEN OTHERS THEN RAISE WARNING ''%%'', ''a retired login stays: '' || SQLERRM; END', rolname, :'owner')) FROM pg_roles
  WHERE rolname <> :'role' AND rolcanlogin AND NOT rolsuper
    AND (shobj_description(oid, 'pg_authid') = :'mark'
      OR rolname = :'consumer' AND shobj_description(oid, 'pg_authid') IS NULL)
    AND rolvaliduntil < now() AND NOT EXISTS (SELECT FROM pg_stat_activity WHERE usesysid = pg_roles.oid) \gexec
COMMIT;
SQL

PGDATABASE=postgres psql -Xq -o /dev/null -v ON_ERROR_STOP=1 \
  -v database=mnemolite -v owner=mnemolite_owner -v role=api -v mark='docker-constructs login of api in mnemolite' -v consumer=api <<'SQL'
SELECT pg_advisory_lock(1685025907, 1);
SELECT format('DO %L', format('BEGIN DROP ROLE %1$I; EXCEPTION WHEN undefined_object THEN NULL; WHEN OTHERS THEN RAISE WARNING ''%%'', ''a retired login stays: '' || SQLERRM; END', rolname)) FROM pg_roles
  WHERE rolname <> :'role' AND rolcanlogin AND NOT rolsuper
    AND (shobj_description(oid, 'pg_authid') = :'mark'
      OR rolname = :'consumer' AND shobj_description(oid, 'pg_authid') IS NULL)
    AND rolvaliduntil < now() AND NOT EXISTS (SELECT FROM pg_stat_activity WHERE usesysid = pg_roles.oid) \gexec
SQL
