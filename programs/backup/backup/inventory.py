"""A server's facts about itself, as JSON. Names may contain any character, and no text is parsed to find them."""

from typing import Any

from .facts import Facts
from .postgres import Server
from .processes import Deadline

# A table by itself: what inherits from it is counted by itself, too, and may lie on another server. Dumps of earlier versions
# of this program counted both.
COUNTS = """
select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object('schema', n.nspname, 'name', c.relname, 'rows',
    ((pg_catalog.xpath('/row/c/text()', pg_catalog.query_to_xml(pg_catalog.format('select pg_catalog.count(*) as c from {only} %I.%I',
        n.nspname, c.relname), false, true, '')))[1])::text::bigint) order by n.nspname, c.relname), '[]')
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and c.relpersistence = 'p'
  and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_toast';
"""

ROLES = """
select pg_catalog.jsonb_build_object(
    'roles', (select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
            'name', rolname, 'password', rolpassword, 'until', rolvaliduntil::text, 'connections', rolconnlimit,
            'superuser', rolsuper, 'inherit', rolinherit, 'createrole', rolcreaterole, 'createdb', rolcreatedb, 'login', rolcanlogin,
            'replication', rolreplication, 'bypassrls', rolbypassrls,
            'comment', pg_catalog.shobj_description(oid, 'pg_authid')) order by rolname)
        from pg_catalog.pg_authid where rolname !~ '^pg_'),
    'memberships', (select coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('role', r.rolname, 'member', m.rolname,
            'admin', a.admin_option, 'inherit', pg_catalog.to_jsonb(a) -> 'inherit_option', 'set', pg_catalog.to_jsonb(a) -> 'set_option')
            order by r.rolname, m.rolname), '[]')
        from pg_catalog.pg_auth_members a join pg_catalog.pg_roles r on r.oid = a.roleid join pg_catalog.pg_roles m on m.oid = a.member
        where m.rolname !~ '^pg_'),
    'settings', (select coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('role', r.rolname, 'settings', s.setconfig)), '[]')
        from pg_catalog.pg_db_role_setting s left join pg_catalog.pg_roles r on r.oid = s.setrole where s.setdatabase = 0))
"""
PARAMETERS = """
select coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('name', p.parname, 'role', g.rolname, 'privilege', a.privilege_type,
    'grantable', a.is_grantable)), '[]')
from pg_catalog.pg_parameter_acl p, pg_catalog.aclexplode(p.paracl) a left join pg_catalog.pg_roles g on g.oid = a.grantee
where g.rolname is distinct from {superuser}
"""

# Columns that not every version has are read from the whole row. Without a list of privileges, the defaults apply.
DATABASE = """
select pg_catalog.jsonb_build_object('encoding', pg_catalog.pg_encoding_to_char(d.encoding), 'owner', o.rolname,
    'provider', coalesce(pg_catalog.to_jsonb(d) ->> 'datlocprovider', 'c'), 'collate', d.datcollate, 'ctype', d.datctype,
    'locale', coalesce(pg_catalog.to_jsonb(d) ->> 'datlocale', pg_catalog.to_jsonb(d) ->> 'daticulocale'),
    'rules', pg_catalog.to_jsonb(d) ->> 'daticurules', 'template', d.datistemplate, 'connections', d.datconnlimit,
    'comment', pg_catalog.shobj_description(d.oid, 'pg_database'),
    'settings', (select coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('role', r.rolname, 'settings', s.setconfig)), '[]')
        from pg_catalog.pg_db_role_setting s left join pg_catalog.pg_roles r on r.oid = s.setrole where s.setdatabase = d.oid),
    'privileges', (select coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('role', g.rolname, 'privilege', a.privilege_type,
            'grantable', a.is_grantable)), '[]')
        from pg_catalog.aclexplode(coalesce(d.datacl, pg_catalog.acldefault('d', d.datdba))) a
        left join pg_catalog.pg_roles g on g.oid = a.grantee))
from pg_catalog.pg_database d join pg_catalog.pg_roles o on o.oid = d.datdba where d.datname = {name}
"""
# Objects that only a superuser can make, and then gave to another role: by their catalog and their number there.
PRIVILEGED = """
select coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(one.catalog::bigint, one.oid::bigint)), '[]') from (
    select 'pg_catalog.pg_proc'::pg_catalog.regclass::pg_catalog.oid as catalog, p.oid, p.proowner as owner
    from pg_catalog.pg_proc p join pg_catalog.pg_language l on l.oid = p.prolang
    where (not l.lanpltrusted and l.lanname <> 'sql') or p.prosupport <> 0
    union all
    select 'pg_catalog.pg_type'::pg_catalog.regclass::pg_catalog.oid, oid, typowner from pg_catalog.pg_type where typtype in ('b', 'p')
) one where one.oid >= 16384
"""


def counts_query(only: bool = True) -> str:
    return COUNTS.format(only="only" if only else "")


def roles(server: Server, deadline: Deadline) -> Facts:
    """Returns all roles with their passwords, which are hashes, and their memberships."""
    facts = server.ask(ROLES, deadline)
    parameters = server.ask(PARAMETERS, deadline, superuser=server.user) if server.version(deadline) >= 150_000 else []
    return {**facts, "parameters": parameters}


def database(server: Server, name: str, deadline: Deadline) -> Any:
    """Returns the options of a database, its privileges, and the settings for its sessions."""
    return server.ask(DATABASE, deadline, name=name)


def privileged(server: Server, name: str, deadline: Deadline) -> Any:
    return server.ask(PRIVILEGED, deadline, name)


def counts(server: Server, name: str, deadline: Deadline, only: bool = True) -> Any:
    """Returns schema, name and number of rows of each table."""
    return server.ask(counts_query(only), deadline, name)
