#!/bin/sh
# Makes the role api for the database mnemolite. Safe to run again, and side by side with others of its kind.
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

export PASSWORD_FILE=/run/secrets/postgres-api-password
[ -r "$PASSWORD_FILE" ] || fail "cannot read the password file $PASSWORD_FILE"
[ -n "$(cat "$PASSWORD_FILE")" ] || fail "the password file $PASSWORD_FILE is empty"

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
  -v database=mnemolite -v owner=mnemolite_owner -v role=api -v mark='docker-constructs login of api in mnemolite' <<'SQL'
SELECT pg_advisory_lock(1685025907, 1);

-- The owner role cannot log in; roles that may change the schema are members of it.
SELECT format('CREATE ROLE %I', :'owner')
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'owner') \gexec
ALTER ROLE :"owner" NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'owner')
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
SELECT format('ALTER DATABASE %I OWNER TO %I', datname, :'owner')
  FROM pg_database WHERE datname = :'database' AND pg_get_userbyid(datdba) <> :'owner' \gexec
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
BEGIN;
SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role' AND rolsuper) AS is_superuser \gset
\if :is_superuser
  DO $$ BEGIN RAISE 'the role is a superuser already; give the consumer a role of its own'; END $$;
\endif
SELECT format('CREATE ROLE %I', :'role') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \gexec
-- Terse, because an error would otherwise quote the statement.
\set VERBOSITY terse
\set password `cat "$PASSWORD_FILE"`
ALTER ROLE :"role" LOGIN PASSWORD :'password' CONNECTION LIMIT -1
  NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS INHERIT
  VALID UNTIL 'infinity';
\set VERBOSITY default
COMMENT ON ROLE :"role" IS :'mark';
REVOKE ALL ON DATABASE :"database" FROM :"role";
GRANT CONNECT, TEMPORARY ON DATABASE :"database" TO :"role";
GRANT :"owner" TO :"role";
SELECT format('REVOKE %I FROM %I', 'pg_monitor', :'role')
  WHERE EXISTS (SELECT FROM pg_auth_members
    WHERE pg_get_userbyid(roleid) = 'pg_monitor' AND pg_get_userbyid(member) = :'role') \gexec
ALTER ROLE :"role" IN DATABASE :"database" RESET ALL;
ALTER ROLE :"role" IN DATABASE :"database" SET role = :"owner";
COMMIT;
SQL

PGDATABASE=mnemolite psql -Xq -o /dev/null -v ON_ERROR_STOP=1 \
  -v database=mnemolite -v owner=mnemolite_owner -v role=api -v mark='docker-constructs login of api in mnemolite' <<'SQL'
BEGIN;
SELECT pg_advisory_xact_lock(1685025907, 2);
-- Before PostgreSQL 15 everybody could create tables in public.
SELECT 'REVOKE CREATE ON SCHEMA public FROM PUBLIC' FROM pg_namespace WHERE nspname = 'public' \gexec
CREATE SCHEMA IF NOT EXISTS "public" AUTHORIZATION :"owner";
GRANT ALL ON SCHEMA "public" TO :"owner";
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
SELECT format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM %I', nspname, :'role')
  FROM pg_namespace WHERE :own \gexec
SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I REVOKE ALL ON TABLES FROM %I', :'owner', nspname, :'role')
  FROM pg_namespace WHERE :own \gexec
SELECT format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA %I FROM %I', nspname, :'role')
  FROM pg_namespace WHERE :own \gexec
SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I REVOKE ALL ON SEQUENCES FROM %I', :'owner', nspname, :'role')
  FROM pg_namespace WHERE :own \gexec
SELECT format('REVOKE ALL ON ALL FUNCTIONS IN SCHEMA %I FROM %I', nspname, :'role')
  FROM pg_namespace WHERE :own \gexec
SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I REVOKE ALL ON FUNCTIONS FROM %I', :'owner', nspname, :'role')
  FROM pg_namespace WHERE :own \gexec
SELECT format('REVOKE ALL ON SCHEMA %I FROM %I', nspname, :'role')
  FROM pg_namespace WHERE :own \gexec
COMMIT;
SQL
