-- Settings that a database's owner could make by itself while it still owned the database: each stops a session that
-- trusts them or leads it astray. Run by a superuser, as what an earlier version left behind; needs the psql variables
-- `database`, `owner` and `login`.
alter database :"database" owner to :"owner";
alter database :"database" set search_path = hostile, public, pg_catalog;
alter database :"database" set default_transaction_read_only = on;
alter database :"database" set default_transaction_isolation = serializable;
alter database :"database" set default_transaction_deferrable = on;
alter database :"database" set lock_timeout = '1ms';
alter database :"database" set statement_timeout = '20ms';
alter database :"database" set idle_in_transaction_session_timeout = '20ms';
alter database :"database" set row_security = off;
alter database :"database" set standard_conforming_strings = off;
alter database :"database" set escape_string_warning = off;
alter database :"database" set client_encoding = 'LATIN1';
alter database :"database" set datestyle = 'SQL, DMY';
alter database :"database" set intervalstyle = 'sql_standard';
alter database :"database" set timezone = 'Asia/Kathmandu';
alter database :"database" set bytea_output = escape;
alter database :"database" set extra_float_digits = -15;
alter database :"database" set quote_all_identifiers = on;
alter database :"database" set transform_null_equals = on;
alter database :"database" set array_nulls = off;
alter database :"database" set client_min_messages = debug5;
alter database :"database" set check_function_bodies = off;
alter database :"database" set xmloption = document;
alter database :"database" set default_toast_compression = pglz;
alter database :"database" set plan_cache_mode = force_generic_plan;
alter database :"database" set local_preload_libraries = 'not_there';
alter database :"database" set temp_tablespaces = 'not_there';
alter database :"database" set default_tablespace = 'not_there';
alter database :"database" set default_table_access_method = 'not_there';
alter database :"database" set role = :"login";
select pg_catalog.current_setting('server_version_num')::int >= 170000 as knows_transaction_timeout \gset
\if :knows_transaction_timeout
alter database :"database" set transaction_timeout = '20ms';
alter database :"database" set event_triggers = off;
\endif
alter database :"database" connection limit 0;
