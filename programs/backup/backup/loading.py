"""Loads dumps into a server, and compares the result with the counts of the dump. Restores and drills both use it. A
superuser loads the objects of superusers. Other objects are loaded as their owner, who is not a superuser."""

import itertools
import tempfile
from collections.abc import Iterable, Mapping, Sequence

from . import databases, inventory, owners, restored_roles, toc
from .dumped import Dump, Dumped
from .facts import Facts, Table
from .failure import Failure
from .names import connection, shown
from .postgres import Server
from .processes import Deadline, run
from .progress import say

# Made before anything else; they run nothing from the database.
FIRST = ("SCHEMA", "EXTENSION")
# Not part of the content of the database.
OUTSIDE = ("DATABASE", "DATABASE PROPERTIES")
# Only a superuser may make these, or they name no owner. None of them runs its own definition.
BY_SUPERUSER = {
    "ACCESS METHOD", "ACL", "BLOB", "BLOB COMMENTS", "BLOB METADATA", "BLOBS", "CAST", "DEFAULT ACL", "EVENT TRIGGER", "EXTENSION",
    "FOREIGN DATA WRAPPER", "FOREIGN SERVER", "OPERATOR CLASS", "OPERATOR FAMILY", "PROCEDURAL LANGUAGE", "PUBLICATION",
    "PUBLICATION TABLE", "PUBLICATION TABLES IN SCHEMA", "SCHEMA", "SECURITY LABEL", "SERVER", "SHELL TYPE", "SUBSCRIPTION",
    "SUBSCRIPTION TABLE", "TEXT SEARCH PARSER", "TEXT SEARCH TEMPLATE", "TRANSFORM", "USER MAPPING",
}  # fmt: skip
# A privilege on these is needed to make later entries.
EARLY_PRIVILEGES = ("SCHEMA ", "FOREIGN DATA WRAPPER ", "FOREIGN SERVER ", "LANGUAGE ")
LAST = ("MATERIALIZED VIEW DATA", "EVENT TRIGGER")

OWNER_OF_TABLE = """
select pg_catalog.format('alter table %I.%I owner to %I', t.schema, t.name, t.owner)
from pg_catalog.jsonb_to_recordset({tables}) t(schema text, name text, owner text)
"""


def load_server(server: Server, dump: Dump, deadline: Deadline) -> Facts:
    """Loads all of a dump into an empty server."""
    restored_roles.make(server, dump.roles, deadline)
    tables = sum(load_database(server, one, one.name, deadline) for one in dump.databases)
    names = [one.name for one in dump.databases]
    return {"databases": names, "tables": tables, "rows": sum(rows_in(one.tables) for one in dump.databases)}


def load_database(server: Server, dumped: Dumped, name: str, deadline: Deadline, table: Table | None = None) -> int:
    """Loads a database, or one table of it, under a name; compares the rows of its tables, and returns their number."""
    say(f"loading database {shown(name)}")
    if name != "postgres":
        databases.create(server, name, dumped.facts, deadline)
    contents = toc.entries(dumped.file)
    wanted = in_order(contents) if table is None else one_table(contents, table)
    names = owners.plain_owners(server, contents, deadline)
    with owners.logins(server, name, names, deadline) as logins:
        loader = Loader(server, dumped, name, logins, deadline)
        loader.load([entry for entry in wanted if is_first(entry)])
        with owners.open_schemas(server, name, wanted, names, deadline):
            loader.load([entry for entry in wanted if not is_first(entry)])
    databases.finish(server, name, dumped.facts, deadline)
    return compare(server, name, dumped, deadline, table)


class Loader:
    """Loads parts of one dump into one database."""

    def __init__(self, server: Server, dumped: Dumped, name: str, logins: Mapping[str, str], deadline: Deadline) -> None:
        self._server, self._dumped, self._name = server, dumped, name
        self._logins = logins
        self._deadline = deadline
        self._entries = {entry.number: entry for entry in toc.entries(dumped.file)}
        self._tables = {(entry.schema, entry.name) for entry in self._entries.values() if entry.kind == "TABLE"}

    def load(self, wanted: Iterable[toc.Entry]) -> None:
        """Loads entries that follow each other and have one owner, at once."""
        for (role, parents), group in itertools.groupby(wanted, lambda entry: (self._role_of(entry), self._parents_of(entry))):
            self._own(parents, role)
            self._run(role, [entry.number for entry in group])
            self._own(parents, None)

    def _role_of(self, entry: toc.Entry) -> str | None:
        """Returns the role that loads an entry; None for the superuser."""
        if entry.owner not in self._logins or entry.kind in BY_SUPERUSER or self._dumped.is_privileged(entry):
            return None
        # The tables of an extension belong to the role that makes the extension here.
        return None if entry.kind == "TABLE DATA" and (entry.schema, entry.name) not in self._tables else entry.owner

    def _parents_of(self, entry: toc.Entry) -> tuple[toc.Entry, ...]:
        """Returns tables of others that a table becomes a part of, which requires their owner."""
        role = self._role_of(entry)
        if role is None or entry.kind not in ("TABLE", "TABLE ATTACH"):
            return ()
        needed = (self._entries.get(number) for number in entry.needs)
        return tuple(one for one in needed if one is not None and one.kind == "TABLE" and one.owner != role)

    def _own(self, parents: Sequence[toc.Entry], role: str | None) -> None:
        if parents:
            tables = [{"schema": one.schema, "name": one.name, "owner": role or one.owner} for one in parents]
            self._server.execute(OWNER_OF_TABLE, self._deadline, self._name, tables=tables)

    def _run(self, role: str | None, numbers: Iterable[int]) -> None:
        words = ["pg_restore", "--exit-on-error", "--no-tablespaces", "-d", connection(self._name)]
        if role is None:
            env = self._server.environment(self._deadline, self._name)
        else:
            env = self._server.environment_of(self._logins[role], role, self._deadline)
            words.append("--no-owner")
        with tempfile.NamedTemporaryFile("w", encoding="ascii") as chosen:
            chosen.writelines(f"{number};\n" for number in numbers)
            chosen.flush()
            run([*words, f"--use-list={chosen.name}", str(self._dumped.file)], self._deadline, env=env)


def in_order(contents: Sequence[toc.Entry]) -> list[toc.Entry]:
    """Returns entries in pg_restore's order, except for privileges: those on tables come after the rows of the tables,
    and before entries that need them."""
    inside = [entry for entry in contents if not is_outside(entry)]
    late = [entry for entry in inside if is_late(entry)]
    last = [entry for entry in inside if entry.kind in LAST]
    others = [entry for entry in inside if not is_late(entry) and entry.kind not in LAST]
    at = next((number for number, entry in enumerate(others) if entry.section == toc.POST_DATA), len(others))
    return [*others[:at], *late, *others[at:], *last]


def one_table(contents: Sequence[toc.Entry], table: Table) -> list[toc.Entry]:
    """Returns the definitions of everything, and the rows of one table."""
    return [
        entry
        for entry in in_order(contents)
        if (entry.section != toc.DATA and entry.section != toc.POST_DATA and entry.kind not in LAST and not is_of_later(entry, contents))
        or (entry.kind == "TABLE DATA" and (entry.schema, entry.name) == table)
    ]


def is_of_later(entry: toc.Entry, contents: Sequence[toc.Entry]) -> bool:
    """Returns whether it describes an object that is not made."""
    later = {one.number for one in contents if one.section == toc.POST_DATA or one.kind in LAST}
    return entry.section not in (toc.PRE_DATA, toc.DATA) and not later.isdisjoint(entry.needs)


def is_outside(entry: toc.Entry) -> bool:
    return entry.kind in OUTSIDE or (entry.kind in ("ACL", "COMMENT", "SECURITY LABEL") and entry.name.startswith("DATABASE "))


def is_first(entry: toc.Entry) -> bool:
    of_first = entry.kind in ("ACL", "COMMENT") and entry.name.startswith(tuple(f"{kind} " for kind in FIRST))
    return entry.kind in FIRST or of_first


def is_late(entry: toc.Entry) -> bool:
    return entry.kind == "ACL" and not entry.name.startswith(EARLY_PRIVILEGES)


def compare(server: Server, name: str, dumped: Dumped, deadline: Deadline, table: Table | None = None) -> int:
    """Returns the tables of a database if each has the expected rows; all but the wanted one are empty."""
    found = as_set(inventory.counts(server, name, deadline, dumped.only))
    if table is None:
        expected = as_set(dumped.tables)
    else:
        expected = {(*one[:2], one[2] if one[:2] == table else 0) for one in as_set(dumped.tables)}
    different = sorted(expected ^ found)
    if different:
        some = "; ".join(f"{shown(schema)}.{shown(table_name)} {rows}" for schema, table_name, rows in different[:10])
        raise Failure(f"rows of database {shown(name)} are not those of the dump: {some}")
    return len(found)


def as_set(tables: Iterable[Facts]) -> set[tuple[str, str, int]]:
    return {(one["schema"], one["name"], one["rows"]) for one in tables}


def rows_in(tables: Iterable[Facts]) -> int:
    return sum(one["rows"] for one in tables)
