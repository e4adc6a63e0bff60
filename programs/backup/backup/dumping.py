"""Dumps of a server: each database, its roles, and the server's facts about both."""

import functools
import hashlib
import json
import pathlib
import re
from collections.abc import Sequence

from . import inventory, sums, waiting
from .facts import Facts
from .failure import Failure
from .names import connection, listed
from .postgres import LOCK_SECONDS, QUIET, first_number, is_sound, Server
from .processes import Deadline, run, Session
from .progress import say

ROLES = "roles.json"
GLOBALS = "globals.sql"
GLOBALS_END = "PostgreSQL database cluster dump complete"
FORMAT = 2

# The dump and the counts see the same snapshot, which lives as long as the session that exported it.
BEGIN = "begin isolation level repeatable read read only; select pg_catalog.pg_export_snapshot();"


def dump(server: Server, wanted: Sequence[str] | None, directory: pathlib.Path, deadline: Deadline) -> Sequence[str]:
    """Dumps databases and globals into a directory, and verifies that every byte can be read again."""
    guard_version(server, deadline)
    names = names_to_dump(server.databases(deadline), wanted)
    dump_globals(server, directory, deadline)
    for name in names:
        waiting.retried(functools.partial(dump_database, server, name, directory, deadline), deadline)
    sums.write(directory)
    return names


def names_to_dump(present: Sequence[Facts], wanted: Sequence[str] | None) -> Sequence[str]:
    """Returns the databases to dump. Refuses missing ones, and those that allow no connections: their dump would be missing
    silently."""
    names = [one["name"] for one in present]
    missing = [name for name in wanted or [] if name not in names]
    if missing:
        raise Failure(f"there is no database {listed(missing)}; the server has {listed(names)}")
    closed = [one["name"] for one in present if not one["connects"] and one["name"] in (wanted or names)]
    if closed:
        raise Failure(
            f"database {listed(closed)} allows no connections, so it cannot be dumped. Allow it as superuser (alter database … "
            "allow_connections true), or list the databases to dump in `dump.databases`"
        )
    return wanted or names


def guard_version(server: Server, deadline: Deadline) -> None:
    """Refuses a server that is newer than pg_dump, before anything is done."""
    major, minor = divmod(server.version(deadline), 10_000)
    own = first_number(run(["pg_dump", "--version"], deadline))
    if own < major:
        raise Failure(f"pg_dump {own} cannot dump a server of version {major}; deploy again, so that both come from one image")
    if not is_sound(major, minor):
        say(f"PostgreSQL {major}.{minor} has known holes that a dump of a hostile database can use; take a newer image of version {major}")


def dump_globals(server: Server, directory: pathlib.Path, deadline: Deadline) -> None:
    """Dumps roles as facts for a restore, and as statements for readers."""
    file = directory / GLOBALS
    run(["pg_dumpall", "--globals-only", f"--file={file}"], deadline, env=server.environment(deadline))
    if GLOBALS_END not in file.read_text(encoding="utf-8")[-500:]:
        raise Failure("pg_dumpall wrote roles and tablespaces only in part; look at the server's log")
    (directory / ROLES).write_text(json.dumps(inventory.roles(server, deadline)), encoding="utf-8")


def dump_database(server: Server, database: str, directory: pathlib.Path, deadline: Deadline) -> None:
    file = directory / f"{file_name(database)}.dump"
    facts = {
        "format": FORMAT,
        "name": database,
        "database": inventory.database(server, database, deadline),
        "privileged": inventory.privileged(server, database, deadline),
    }
    with waiting.watched(server, deadline) as name:
        env = {**server.environment(deadline, database, restricted=True), "PGAPPNAME": name}
        with Session(["psql", *QUIET, "-d", connection(database)], deadline, env=env) as session:
            snapshot = session.ask(BEGIN)
            words = ["--format=custom", "--compress=1", f"--snapshot={snapshot}", f"--lock-wait-timeout={LOCK_SECONDS * 2}s"]
            run(["pg_dump", *words, f"--file={file}", "-d", connection(database)], deadline, env=env)
            facts["tables"] = json.loads(session.ask(inventory.counts_query()))
    # The list of contents is at the start, and does not show that a file is cut off; this reads all of it.
    run(["pg_restore", "--file=/dev/null", str(file)], deadline)
    file.with_suffix(".json").write_text(json.dumps(facts), encoding="utf-8")


def file_name(database: str) -> str:
    """Returns a file name that is safe, and different for different databases."""
    if re.fullmatch(r"[A-Za-z0-9_-]+", database):
        return database
    return f"database-{hashlib.sha256(database.encode()).hexdigest()[:12]}"
