-- Tables, columns, functions, schemas and types under every kind of name that PostgreSQL takes. Each table has two rows.
-- Run by the owner's own login, with psql.
do $do$
declare
  name text;
  names text[] := array[
    E'orders\nof today', E'orders\r\nof today', E'a\u2028b', E'a\u0085b', E'a\u000bb', E'a\u000cb', E'a\u001eb', E'a\tb', ' ', '  both  ',
    '"', '""', 'a"b', '''', 'it''s', '\', '\\', 'a\nb', '\! touch loot', '\gexec', '%', '%s %I %L %%', ':x', ':"x"', ':''x''', '$1', '$$', '$(id)',
    '`id`', ';', '--', '/* x', '*/', 'a.b', 'public.trapped', 'select', 'user', 'NULL', 'null', 'true', '1', '0', '-1', '{}', '[]', '<x>', '&',
    'ALTER DATABASE x RESET work_mem;', E'x\nALTER ROLE postgres PASSWORD ''x'';', E'CREATE ROLE \\!;', E'\\.\n', E'x\n\\! touch loot\n',
    E'x\n\\restrict a\n', '😀', 'ünïcödé', E'e\u0301', E'\u202eright', E'\ufeffbom', pg_catalog.repeat('x', 63), pg_catalog.repeat('ü', 31), pg_catalog.repeat('😀', 15)];
begin
  foreach name in array names loop
    execute pg_catalog.format('create table public.%I (%I int, %I text)', name, name, 'second ' || pg_catalog.left(name, 10));
    execute pg_catalog.format('insert into public.%I values (1, %L), (2, null)', name, name);
    execute pg_catalog.format('create index on public.%I (%I)', name, name);
    execute pg_catalog.format('comment on table public.%I is %L', name, name);
    execute pg_catalog.format('create function public.%I(%I int) returns int language sql as %L', name, name, 'select 1');
    execute pg_catalog.format('create type public.%I as enum (%L)', 'type ' || pg_catalog.left(name, 10), name);
  end loop;
  foreach name in array names[1:12] loop
    execute pg_catalog.format('create schema %I', 'in ' || name);
    execute pg_catalog.format('create table %I.%I (id int)', 'in ' || name, name);
    execute pg_catalog.format('insert into %I.%I values (1), (2)', 'in ' || name, name);
  end loop;
end $do$;
