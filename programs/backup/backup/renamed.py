"""One database of a dump, or one table of it, under a new name in the running server."""

import argparse

from . import configuration, databases, postgres, restored_roles
from .dumped import Dump
from .dumps import DUMP
from .earlier import bring_up_to_date
from .facts import Facts
from .failure import Failure
from .loading import load_database, rows_in
from .names import shown
from .processes import Deadline
from .settings import Settings


def restore(settings: Settings, names: argparse.Namespace, deadline: Deadline) -> Facts:
    """Makes a database from the fetched dump, under an unused name."""
    server = postgres.of(settings)
    if databases.is_there(server, names.into, deadline):
        raise Failure(f"there is a database {shown(names.into)} already; choose another name with --into, or drop it")
    dump = bring_up_to_date(Dump(configuration.SCRATCH / DUMP), server.user, deadline)
    dumped = dump.database(names.database)
    table = None if names.table is None else dumped.table(names.table)
    roles = restored_roles.make_missing(server, dump.roles, deadline)
    try:
        tables = load_database(server, dumped, names.into, deadline, table)
    except BaseException:
        databases.drop(server, names.into, deadline)
        raise
    rows = rows_in(one for one in dumped.tables if table in (None, (one["schema"], one["name"])))
    return {"databases": [names.into], "tables": tables if table is None else 1, "rows": rows, "roles": roles}
