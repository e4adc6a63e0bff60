"""Makes databases of a dump in a server, from facts, under their own names or others."""


from .facts import Facts
from .guc import assignments
from .postgres import Server
from .processes import Deadline

# Only the restoring role can connect until all is loaded: the content may be incomplete.
CREATE = """
select statement from (
    select 1 as at, pg_catalog.format('create database %I template template0 encoding %L', {name}, d.encoding)
        || case when not {locales}::boolean then ''
            else pg_catalog.format(' locale_provider %s', case d.provider when 'i' then 'icu' when 'b' then 'builtin' else 'libc' end) end
        || pg_catalog.format(' lc_collate %L lc_ctype %L', d."collate", d.ctype)
        || case when d.locale is null then ''
            else pg_catalog.format(' %s %L', case d.provider when 'b' then 'builtin_locale' else 'icu_locale' end, d.locale) end
        || case when d.rules is null then '' else pg_catalog.format(' icu_rules %L', d.rules) end as statement
    from pg_catalog.jsonb_to_record({facts}) d(encoding text, provider text, "collate" text, ctype text, locale text, rules text)
    union all
    select 2, pg_catalog.format('revoke all on database %I from public', {name})) made order by at
"""
FINISH = """
select statement from (
    select 1 as at, pg_catalog.format('alter database %I owner to %I', {name}, d.owner) as statement
    from pg_catalog.jsonb_to_record({facts}) d(owner text)
    union all
    select 2, pg_catalog.format('revoke all on database %I from %s', {name}, who)
    from pg_catalog.jsonb_to_record({facts}) d(owner text), pg_catalog.unnest(array['public', pg_catalog.quote_ident(d.owner)]) who
    union all
    select 3, pg_catalog.format('grant %s on database %I to %s%s', p.privilege, {name},
        case when p.role is null then 'public' else pg_catalog.quote_ident(p.role) end, case when p.grantable then ' with grant option' else '' end)
    from pg_catalog.jsonb_to_record({facts}) d(privileges jsonb),
        pg_catalog.jsonb_to_recordset(d.privileges) p(role text, privilege text, grantable boolean)
    union all
    select 4, pg_catalog.format('comment on database %I is %L', {name}, d.comment)
    from pg_catalog.jsonb_to_record({facts}) d(comment text) where d.comment is not null
    union all
    select 5, pg_catalog.format('alter database %I connection limit %s', {name}, d.connections)
    from pg_catalog.jsonb_to_record({facts}) d(connections int) where d.connections <> -1
    union all
    select 6, case when s.role is null then pg_catalog.format('alter database %I set %I to %s', {name}, s.name, v.list)
        else pg_catalog.format('alter role %I in database %I set %I to %s', s.role, {name}, s.name, v.list) end
    from pg_catalog.jsonb_to_recordset({settings}) s(role text, name text, "values" jsonb),
        lateral (select pg_catalog.string_agg(pg_catalog.format('%L', one), ', ') as list
            from pg_catalog.jsonb_array_elements_text(s."values") one) v) made order by at
"""
DROP = "select pg_catalog.format('drop database if exists %I with (force)', {name})"
IS_THERE = "select pg_catalog.to_jsonb(exists (select from pg_catalog.pg_database where datname = {name}))"


def create(server: Server, name: str, facts: Facts, deadline: Deadline) -> None:
    server.execute(CREATE, deadline, name=name, facts=facts, locales=str(server.version(deadline) >= 150_000))


def finish(server: Server, name: str, facts: Facts, deadline: Deadline) -> None:
    """Gives a database to its owner, with its former privileges and settings."""
    server.execute(FINISH, deadline, name=name, facts=facts, settings=assignments(facts["settings"]))


def drop(server: Server, name: str, deadline: Deadline) -> None:
    server.execute(DROP, deadline, name=name)


def is_there(server: Server, name: str, deadline: Deadline) -> bool:
    return bool(server.ask(IS_THERE, deadline, name=name))
