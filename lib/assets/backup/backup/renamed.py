"""One database of a dump, or one table of it, under a new name in the server that runs."""

import re
import shutil

from . import configuration, postgres
from .contents import IDENTIFIER, file_of, parts_of, plain, quoted, statements, table_of
from .dumps import DUMP
from .failure import Failure
from .fetching import Fetched, chosen, size_of
from .loading import compare, counts_of, rows_in
from .processes import run
from .progress import say
from .room import refuse_full


def restore(settings, place, snapshot, names, deadline):
    """Restores one database of a dump, or one table of it, as a database of a new name in the server that runs."""
    server = postgres.of(settings)
    if names.into in server.query("select datname from pg_database", deadline).splitlines():
        raise Failure(f"there is a database {names.into} already; choose another name with --into, or drop it")
    found = chosen(place, snapshot, DUMP, deadline)
    refuse_full("the engine's own disk", shutil.disk_usage(configuration.SCRATCH).free, size_of(place, found, deadline))
    with Fetched(settings, place, found["short_id"], deadline) as directory:
        file = file_of(directory, names.database)
        table = None if names.table is None else table_of(file, names.table)
        roles = make_roles(server, directory / "globals.sql", deadline)
        try:
            server.query("\n".join(statements(file, names.into, deadline)), deadline)
            facts = load(server, file, names.into, table, deadline)
        except BaseException:
            server.query(f"drop database if exists {quoted(names.into)} with (force)", deadline)
            raise
    return {"id": found["short_id"], "time": found["time"], "databases": [names.into], "roles": roles, **facts}


def load(server, file, database, table, deadline):
    say(f"loading database {database}")
    restore = ["pg_restore", "--exit-on-error", f"--dbname={database}"]
    counts = counts_of(file)
    if table is None:
        run([*restore, str(file)], deadline, env=server.environment)
        return {"tables": compare(server, database, counts, deadline), "rows": rows_in(counts)}
    schema, name = table
    run([*restore, "--section=pre-data", str(file)], deadline, env=server.environment)
    only = [f"--schema={schema}", f"--table={name}"]
    run([*restore, "--section=data", *only, str(file)], deadline, env=server.environment)
    wanted = [line if parts_of(line) == table else f"{line.rsplit('|', 1)[0]}|0" for line in counts]
    compare(server, database, wanted, deadline)
    return {"tables": 1, "rows": rows_in([line for line in counts if parts_of(line) == table])}


def make_roles(server, file, deadline):
    """Roles that own something in the dump and are gone today come back without a login."""
    present = server.query("select rolname from pg_roles", deadline).splitlines()
    lines = file.read_text(encoding="utf-8").splitlines()
    named = [match[1] for match in (re.fullmatch(rf"CREATE ROLE ({IDENTIFIER});", line) for line in lines) if match]
    missing = [name for name in named if plain(name) not in present]
    server.query("\n".join(f"create role {name} nologin;" for name in missing), deadline)
    return [plain(name) for name in missing]
