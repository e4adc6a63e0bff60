"""Makes roles of a dump in a server, from facts."""

from typing import Any

from .facts import Facts
from .failure import Failure
from .guc import assignments
from .postgres import Server
from .processes import Deadline

# The restoring role exists already, and gets its former attributes.
MAKE = """
select pg_catalog.format('create role %I', r.name) from pg_catalog.jsonb_to_recordset({roles}) r(name text)
where r.name not in (select rolname from pg_catalog.pg_roles)
"""
ALTER = """
select pg_catalog.format('alter role %I %s %s %s %s %s %s %s connection limit %s %s %s', r.name,
    case when r.superuser then 'superuser' else 'nosuperuser' end, case when r.inherit then 'inherit' else 'noinherit' end,
    case when r.createrole then 'createrole' else 'nocreaterole' end, case when r.createdb then 'createdb' else 'nocreatedb' end,
    case when r.login then 'login' else 'nologin' end, case when r.replication then 'replication' else 'noreplication' end,
    case when r.bypassrls then 'bypassrls' else 'nobypassrls' end, r.connections,
    case when r.password is null then '' else pg_catalog.format('password %L', r.password) end,
    case when r."until" is null then '' else pg_catalog.format('valid until %L', r."until") end)
from pg_catalog.jsonb_to_recordset({roles}) r(name text, superuser boolean, inherit boolean, createrole boolean, createdb boolean,
    login boolean, replication boolean, bypassrls boolean, connections int, password text, "until" text)
union all
select pg_catalog.format('comment on role %I is %L', r.name, r.comment)
from pg_catalog.jsonb_to_recordset({roles}) r(name text, comment text) where r.comment is not null
"""
# From version 16 on a membership has options.
GRANT = """
select pg_catalog.format('grant %I to %I%s', m.role, m.member, case
    when {detailed}::boolean and m."set" is not null then pg_catalog.format(' with admin %s, inherit %s, set %s', m.admin::text, m.inherit::text, m."set"::text)
    when m.admin then ' with admin option' else '' end)
from pg_catalog.jsonb_to_recordset({memberships}) m(role text, member text, admin boolean, inherit boolean, "set" boolean)
"""
PARAMETERS = """
select pg_catalog.format('grant %s on parameter %I to %s%s', p.privilege, p.name,
    case when p.role is null then 'public' else pg_catalog.format('%I', p.role) end, case when p.grantable then ' with grant option' else '' end)
from pg_catalog.jsonb_to_recordset({parameters}) p(name text, role text, privilege text, grantable boolean)
"""
SET = """
select pg_catalog.format('alter role %s set %I to %s', case when s.role is null then 'all' else pg_catalog.format('%I', s.role) end, s.name,
    (select pg_catalog.string_agg(pg_catalog.format('%L', v), ', ') from pg_catalog.jsonb_array_elements_text(s."values") v))
from pg_catalog.jsonb_to_recordset({settings}) s(role text, name text, "values" jsonb)
"""
MISSING = """
select coalesce(pg_catalog.jsonb_agg(name), '[]') from pg_catalog.jsonb_array_elements_text({names}) name
where name not in (select rolname from pg_catalog.pg_roles)
"""
MAKE_LOCKED = "select pg_catalog.format('create role %I nologin', name) from pg_catalog.jsonb_array_elements_text({names}) name"


def make(server: Server, facts: Facts, deadline: Deadline) -> None:
    """Makes all roles of a dump in a server that has only its superuser."""
    if not any(role["name"] == server.user and role["superuser"] for role in facts["roles"]):
        raise Failure(f"the dump is of a server whose superuser is not {server.user}")
    server.execute(MAKE, deadline, roles=facts["roles"])
    server.execute(ALTER, deadline, roles=facts["roles"])
    server.execute(GRANT, deadline, memberships=facts["memberships"], detailed=str(server.version(deadline) >= 160_000))
    server.execute(PARAMETERS, deadline, parameters=facts["parameters"])
    server.execute(SET, deadline, settings=assignments(facts["settings"]))


def make_missing(server: Server, facts: Facts, deadline: Deadline) -> Any:
    """Makes missing roles again, without a login and without privileges; returns their names."""
    missing = server.ask(MISSING, deadline, names=[role["name"] for role in facts["roles"]])
    server.execute(MAKE_LOCKED, deadline, names=missing)
    return missing
