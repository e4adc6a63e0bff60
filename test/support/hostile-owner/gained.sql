-- What a hostile owner has gained: one row for each, none is right. Run by a superuser, with psql and
-- search_path = pg_catalog; needs the variables `login` (the owner's) and `owner` (the role that its logins are members of).
\set loot false
select pg_catalog.to_regclass('hostile.loot') is not null as loot \gset
select 'superuser: ' || rolname from pg_catalog.pg_roles where rolsuper and oid <> 10
union all select 'may do more: ' || rolname from pg_catalog.pg_roles
  where rolname in (:'login', :'owner') and (rolcreaterole or rolcreatedb or rolreplication or rolbypassrls)
union all select 'is a member of: ' || r.rolname from pg_catalog.pg_auth_members a join pg_catalog.pg_roles r on r.oid = a.roleid
  join pg_catalog.pg_roles m on m.oid = a.member where m.rolname in (:'login', :'owner') and r.rolname <> :'owner'
union all select 'event trigger: ' || evtname from pg_catalog.pg_event_trigger
union all select 'untrusted: ' || lanname from pg_catalog.pg_language where lanispl and not lanpltrusted
union all select 'settings of: ' || r.rolname from pg_catalog.pg_db_role_setting s join pg_catalog.pg_roles r on r.oid = s.setrole where r.oid = 10
order by 1;
\if :loot
select 'ran: ' || what || ' as ' || thief from hostile.loot order by 1;
\endif
