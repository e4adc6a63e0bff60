"""Logins that load the objects of other roles. A dump's content runs while it is loaded: a function in a check of a
table, for example. It runs as its owner, in a session that cannot get more rights."""

import contextlib
import uuid
from collections.abc import Iterable, Iterator, Sequence

from .names import shown
from .postgres import Server
from .processes import Deadline
from .progress import say
from .toc import Entry

PREFIX = "docker_constructs_restore_"

LEFT = """
select pg_catalog.format('drop role %I', r.rolname) from pg_catalog.pg_roles r
where pg_catalog.starts_with(r.rolname, {prefix})
  and not exists (select from pg_catalog.pg_stat_activity a where a.usename = r.rolname)
  and not exists (select from pg_catalog.pg_shdepend d where d.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass and d.refobjid = r.oid)
"""
PLAIN = """
select coalesce(pg_catalog.jsonb_agg(rolname), '[]') from pg_catalog.pg_roles
where not rolsuper and rolname !~ '^pg_' and rolname in (select pg_catalog.jsonb_array_elements_text({names}))
"""
MAKE = """
select pg_catalog.format(one, l.login, l.role, {target}) from pg_catalog.jsonb_to_recordset({logins}) l(login text, role text),
    pg_catalog.unnest(array['create role %1$I login noinherit in role %2$I', 'grant connect on database %3$I to %1$I']) one
"""
REMOVE = """
select pg_catalog.format(one, l.login, {target}) from pg_catalog.jsonb_to_recordset({logins}) l(login text),
    pg_catalog.unnest(array['revoke connect on database %2$I from %1$I', 'drop role if exists %1$I']) one
"""
# Schemas in which a role owns something, but cannot create objects today.
OPEN = """
select coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('role', p.role, 'schema', p.schema, 'privilege', v)), '[]')
from pg_catalog.jsonb_to_recordset({pairs}) p(role text, schema text) join pg_catalog.pg_namespace n on n.nspname = p.schema,
    pg_catalog.unnest(array['create', 'usage']) v
where not pg_catalog.has_schema_privilege(p.role, n.oid, v)
"""
ON_SCHEMA = """
select pg_catalog.format({statement}, p.privilege, p.schema, p.role)
from pg_catalog.jsonb_to_recordset({pairs}) p(role text, schema text, privilege text)
"""


def plain_owners(server: Server, contents: Sequence[Entry], deadline: Deadline) -> set[str]:
    """Returns roles that own objects in a dump and are not superusers in the server."""
    return set(server.ask(PLAIN, deadline, names=sorted({entry.owner for entry in contents if entry.owner})))


@contextlib.contextmanager
def logins(server: Server, database: str, names: Iterable[str], deadline: Deadline) -> Iterator[dict[str, str]]:
    """Makes a login for each role until the end. None has a password, so only the socket leads to them."""
    server.execute(LEFT, deadline, prefix=PREFIX)
    number = uuid.uuid4().hex[:8]
    made = [{"login": f"{PREFIX}{number}_{at}", "role": role} for at, role in enumerate(sorted(names))]
    server.execute(MAKE, deadline, target=database, logins=made)
    try:
        yield {one["role"]: one["login"] for one in made}
    finally:
        try:
            server.execute(REMOVE, deadline, target=database, logins=made)
        except Exception as error:  # pylint: disable=broad-except; what went wrong before counts for more
            say(f"the logins {shown(PREFIX + number)}_… are left, without a password; the next restore removes them: {error}")


@contextlib.contextmanager
def open_schemas(server: Server, database: str, contents: Sequence[Entry], names: set[str], deadline: Deadline) -> Iterator[None]:
    """Lets each role create objects where it owns some, as it could at the time of the dump."""
    pairs = sorted({(entry.owner, entry.schema) for entry in contents if entry.owner in names and entry.schema})
    closed = server.ask(OPEN, deadline, database, pairs=[{"role": role, "schema": schema} for role, schema in pairs])
    server.execute(ON_SCHEMA, deadline, database, pairs=closed, statement="grant %s on schema %I to %I")
    yield
    server.execute(ON_SCHEMA, deadline, database, pairs=closed, statement="revoke %s on schema %I from %I")
