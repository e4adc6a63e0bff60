-- Statements that the server must refuse to the owner's own login, each of which would give it more than its database.
-- One to a line.
create role more
alter role current_user superuser
alter role current_user createrole
alter role current_user createdb
alter role current_user bypassrls
alter role current_user replication
alter role postgres password 'x'
alter role all set search_path = hostile
alter role postgres set search_path = hostile
grant pg_read_server_files to current_user
grant pg_execute_server_program to current_user
grant pg_monitor to current_user
create database more
drop database postgres
alter system set log_statement = 'none'
set log_statement = 'none'
set session_preload_libraries = 'x'
set temp_file_limit = -1
create event trigger taking on ddl_command_start execute function hostile.take_event()
create event trigger taking_login on login execute function hostile.take_event()
create extension adminpack
create extension dblink
create extension file_fdw
create foreign data wrapper thief
create language plpython3u
create function thief() returns int language c as '/tmp/thief', 'thief'
create function thief() returns int language internal as 'int4pl'
create tablespace thief location '/tmp'
create subscription thief connection 'host=127.0.0.1' publication thief
copy (select 1) to '/tmp/thief'
copy (select 1) to program 'id'
select pg_catalog.pg_read_file('PG_VERSION')
select pg_catalog.lo_import('/etc/passwd')
select pg_catalog.pg_terminate_backend(pid) from pg_catalog.pg_stat_activity where usename = 'postgres'
select * from pg_catalog.pg_authid
begin; lock table pg_catalog.pg_shseclabel in share update exclusive mode; rollback
begin; lock table pg_catalog.pg_authid in share mode; rollback
update pg_catalog.pg_database set datdba = 10
set role postgres
set session authorization postgres
security label on role postgres is 'x'
alter table pg_catalog.pg_class add column more int
create function pg_catalog.format(text, name, name) returns text language sql as 'select 1::text'
alter database shop connection limit 0
alter database shop allow_connections false
alter database shop is_template true
alter database shop set search_path = hostile, public, pg_catalog
alter database shop set default_transaction_read_only = on
alter database shop owner to current_user
alter database shop rename to mine
