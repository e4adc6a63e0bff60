#!/bin/sh
# Makes the role api for the database mnemolite. Safe to run again, and side by side with others of its kind.
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

export PASSWORD_FILE=/run/secrets/postgres-api-password
[ -r "$PASSWORD_FILE" ] || fail "cannot read the password file $PASSWORD_FILE"
[ -n "$(cat "$PASSWORD_FILE")" ] || fail "the password file $PASSWORD_FILE is empty"

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
  -v database=mnemolite -v owner=mnemolite_owner -v role=api -v mark='docker-constructs login of api in mnemolite' -v place='[mnemolite-prod/Postgres]' 2>&1 <<'SQL'
SELECT pg_catalog.set_config(name, 'view, foreign-table', false)
  FROM pg_catalog.pg_settings WHERE name = 'restrict_nonsystem_relation_kind';
BEGIN;
LOCK TABLE pg_catalog.pg_shseclabel IN SHARE UPDATE EXCLUSIVE MODE;
SELECT format('REVOKE CONNECT, TEMPORARY ON DATABASE %I FROM PUBLIC CASCADE', datname)
  FROM pg_database WHERE datname IN ('postgres', 'template1')
    AND EXISTS (SELECT FROM aclexplode(coalesce(datacl, acldefault('d', datdba))) WHERE grantee = 0) \gexec
COMMIT;
SELECT pg_terminate_backend(pid, 5000)
  FROM pg_stat_activity JOIN pg_roles r ON r.oid = usesysid
  WHERE datname IN ('postgres', 'template1') AND NOT rolsuper AND NOT has_database_privilege(usesysid, datid, 'CONNECT');
SELECT pg_advisory_lock(1685025907, 1);
SELECT current_setting('server_version_num')::int BETWEEN 150000 AND 150017
  OR current_setting('server_version_num')::int BETWEEN 160000 AND 160013
  OR current_setting('server_version_num')::int BETWEEN 170000 AND 170009
  OR current_setting('server_version_num')::int BETWEEN 180000 AND 180003 AS outdated,
  current_setting('server_version') AS found \gset
\if :outdated
  \warn 'docker-constructs warning:' :place 'PostgreSQL' :found 'lacks corrections that protect the server from its consumers; use the newest image of this major version'
\endif
SELECT count(*) > 0 AS resorted, translate(coalesce(string_agg(format('%I (%s, now %s)', name, version, found), ', '
    ORDER BY name), ''), E'\n\r', '  ') AS found
  FROM (SELECT datname, datcollversion, pg_database_collation_actual_version(oid) FROM pg_database WHERE datallowconn)
    AS one (name, version, found) WHERE version <> found \gset
\if :resorted
  \warn 'docker-constructs warning:' :place 'indexes of these databases were sorted by another system than the server runs on:' :found
  \warn 'docker-constructs warning:' :place 'rebuild them and refresh the versions: docs/postgres-service.md, A newer system under the same data'
\endif

-- The owner role cannot log in; roles that may change the schema are members of it.
SELECT format('CREATE ROLE %I', :'owner')
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'owner') \gexec
ALTER ROLE :"owner" NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
SELECT format('CREATE DATABASE %I', :'database')
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
BEGIN;
LOCK TABLE pg_catalog.pg_database, pg_catalog.pg_db_role_setting IN SHARE ROW EXCLUSIVE MODE;
-- A database's owner can keep everybody out of it, so no consumer's role owns it; what one left behind goes.
SELECT format('ALTER DATABASE %I RESET %I', datname, split_part(setting, '=', 1))
  FROM pg_database d JOIN pg_roles r ON r.oid = datdba AND NOT rolsuper
    JOIN pg_db_role_setting ON setdatabase = d.oid AND setrole = 0 CROSS JOIN LATERAL unnest(setconfig) AS setting
  WHERE datname = :'database' AND split_part(setting, '=', 1) = ANY (ARRAY['default_transaction_read_only', 'default_transaction_deferrable', 'statement_timeout', 'lock_timeout', 'transaction_timeout', 'idle_session_timeout', 'idle_in_transaction_session_timeout', 'local_preload_libraries', 'session_authorization', 'role', 'row_security', 'client_encoding', 'client_min_messages', 'default_tablespace', 'default_table_access_method', 'temp_tablespaces']::text[]) \gexec
SELECT format('ALTER DATABASE %I CONNECTION LIMIT -1 ALLOW_CONNECTIONS true IS_TEMPLATE false', datname)
  FROM pg_database d JOIN pg_roles r ON r.oid = datdba AND NOT rolsuper WHERE datname = :'database' \gexec
SELECT format('ALTER DATABASE %I OWNER TO %I', datname, current_user)
  FROM pg_database d JOIN pg_roles r ON r.oid = datdba AND NOT rolsuper WHERE datname = :'database' \gexec
REVOKE ALL ON DATABASE :"database" FROM PUBLIC CASCADE;
GRANT CREATE, CONNECT, TEMPORARY ON DATABASE :"database" TO :"owner";
COMMIT;
BEGIN;
-- A login may change its own password and settings at the same moment, and would make this fail.
LOCK TABLE pg_catalog.pg_authid, pg_catalog.pg_auth_members, pg_catalog.pg_db_role_setting IN SHARE ROW EXCLUSIVE MODE;
SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role' AND rolsuper) AS is_superuser \gset
\if :is_superuser
  DO $$ BEGIN RAISE 'the role is a superuser already; give the consumer a role of its own'; END $$;
\endif
SELECT format('CREATE ROLE %I', :'role') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \gexec
SELECT greatest(1, room - least(room / 2, greatest(room / 5, 3 * others))) AS connections
  FROM (SELECT (SELECT sum(CASE name WHEN 'max_connections' THEN setting::int ELSE -setting::int END)::int FROM pg_settings
      WHERE name IN ('max_connections', 'superuser_reserved_connections', 'reserved_connections')),
    (SELECT count(DISTINCT mark)::int FROM (SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolcanlogin) AS login (mark)
      WHERE mark LIKE 'docker-constructs login of %' AND mark <> :'mark')) AS server (room, others) \gset
-- Terse, because an error would otherwise quote the statement.
\set VERBOSITY terse
\set password `cat "$PASSWORD_FILE"`
ALTER ROLE :"role" LOGIN PASSWORD :'password' CONNECTION LIMIT :connections
  NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS INHERIT
  VALID UNTIL 'infinity';
\set VERBOSITY default
COMMENT ON ROLE :"role" IS :'mark';
REVOKE ALL ON DATABASE :"database" FROM :"role" CASCADE;
GRANT CONNECT, TEMPORARY ON DATABASE :"database" TO :"role";
GRANT :"owner" TO :"role";
SELECT format('REVOKE %I FROM %I', 'pg_monitor', :'role')
  WHERE EXISTS (SELECT FROM pg_auth_members
    WHERE pg_get_userbyid(roleid) = 'pg_monitor' AND pg_get_userbyid(member) = :'role') \gexec
-- A login may make settings for itself.
ALTER ROLE :"role" RESET ALL;
ALTER ROLE :"role" IN DATABASE :"database" RESET ALL;
ALTER ROLE :"role" IN DATABASE :"database" SET role = :"owner";
COMMIT;
SQL
)"; do
  tries=$((tries + 1))
  case "$said" in *'tuple concurrently updated'*) [ "$tries" -lt 5 ] || stop "$said" ;; *) stop "$said" ;; esac
done
[ -z "$said" ] || echo "$said" >&2

tries=0
until said="$(PGDATABASE=mnemolite psql -Xq -o /dev/null -v ON_ERROR_STOP=1 \
  -v database=mnemolite -v owner=mnemolite_owner -v role=api -v mark='docker-constructs login of api in mnemolite' 2>&1 <<'SQL'
SELECT pg_catalog.set_config(name, 'view, foreign-table', false)
  FROM pg_catalog.pg_settings WHERE name = 'restrict_nonsystem_relation_kind';
BEGIN;
LOCK TABLE pg_catalog.pg_shseclabel IN SHARE UPDATE EXCLUSIVE MODE;
-- Before PostgreSQL 15 everybody could create tables in public.
SELECT 'REVOKE CREATE ON SCHEMA public FROM PUBLIC' FROM pg_namespace WHERE nspname = 'public' \gexec
CREATE SCHEMA IF NOT EXISTS "public" AUTHORIZATION :"owner";
GRANT ALL ON SCHEMA "public" TO :"owner";
-- The schema public belongs to the owner of the database, who is a superuser.
SELECT format('ALTER SCHEMA %I OWNER TO %I', nspname, :'owner') FROM pg_namespace
  WHERE nspname = ANY (ARRAY['public']::text[]) AND pg_get_userbyid(nspowner) = 'pg_database_owner' \gexec
REVOKE EXECUTE ON FUNCTION pg_catalog.lo_creat(integer), pg_catalog.lo_create(oid), pg_catalog.lo_from_bytea(oid, bytea) FROM PUBLIC CASCADE;
GRANT EXECUTE ON FUNCTION pg_catalog.lo_creat(integer), pg_catalog.lo_create(oid), pg_catalog.lo_from_bytea(oid, bytea) TO :"owner";
-- An extension that names no schema goes where its author or else public says.
SET LOCAL search_path = public;
CREATE EXTENSION IF NOT EXISTS "vector";
CREATE EXTENSION IF NOT EXISTS "pg_partman";
SET LOCAL search_path = pg_catalog, pg_temp;
GRANT ALL ON ALL TABLES IN SCHEMA "public" TO :"owner";
\set own 'nspname !~ ''^pg_'' AND nspname <> ''information_schema'''
-- What consumers made belongs to the owner role. Extensions stay as they are, and so do sequences of columns.
SET LOCAL lock_timeout = '15s';
SELECT format('ALTER %s %s OWNER TO %I', kind, name, :'owner')
  FROM (
    SELECT CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'
        WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'c' THEN 'TYPE' ELSE 'TABLE' END,
        oid::regclass::text, relowner, relnamespace, 'pg_class'::regclass, oid
      FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'c')
    UNION ALL SELECT 'ROUTINE', oid::regprocedure::text, proowner, pronamespace, 'pg_proc'::regclass, oid FROM pg_proc
    UNION ALL SELECT 'TYPE', oid::regtype::text, typowner, typnamespace, 'pg_type'::regclass, oid
      FROM pg_type WHERE typtype IN ('d', 'e', 'r')
    UNION ALL SELECT 'SCHEMA', oid::regnamespace::text, nspowner, oid, 'pg_namespace'::regclass, oid
      FROM pg_namespace WHERE pg_get_userbyid(nspowner) = :'role'
  ) AS object (kind, name, owner, schema, catalog, id) JOIN pg_namespace n ON n.oid = schema
  WHERE :own AND pg_get_userbyid(owner) <> :'owner'
    AND (pg_get_userbyid(owner) = :'role' OR nspname = ANY (ARRAY['public']::text[]))
    AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = catalog AND objid = id
      AND (deptype = 'e' OR kind = 'SEQUENCE' AND deptype IN ('a', 'i'))) \gexec
-- Start from nothing, so that what an earlier run gave and this one does not is gone.
SELECT format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM %I CASCADE', nspname, :'role')
  FROM pg_namespace WHERE :own \gexec
SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I REVOKE ALL ON TABLES FROM %I CASCADE', :'owner', nspname, :'role')
  FROM pg_namespace WHERE :own \gexec
SELECT format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA %I FROM %I CASCADE', nspname, :'role')
  FROM pg_namespace WHERE :own \gexec
SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I REVOKE ALL ON SEQUENCES FROM %I CASCADE', :'owner', nspname, :'role')
  FROM pg_namespace WHERE :own \gexec
SELECT format('REVOKE ALL ON ALL FUNCTIONS IN SCHEMA %I FROM %I CASCADE', nspname, :'role')
  FROM pg_namespace WHERE :own \gexec
SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I REVOKE ALL ON FUNCTIONS FROM %I CASCADE', :'owner', nspname, :'role')
  FROM pg_namespace WHERE :own \gexec
REVOKE EXECUTE ON FUNCTION pg_catalog.lo_creat(integer), pg_catalog.lo_create(oid), pg_catalog.lo_from_bytea(oid, bytea) FROM :"role" CASCADE;
SELECT format('REVOKE ALL ON SCHEMA %I FROM %I CASCADE', nspname, :'role')
  FROM pg_namespace WHERE :own \gexec
COMMIT;
SQL
)"; do
  tries=$((tries + 1))
  case "$said" in *'tuple concurrently updated'*) [ "$tries" -lt 5 ] || stop "$said" ;; *) stop "$said" ;; esac
done
[ -z "$said" ] || echo "$said" >&2
