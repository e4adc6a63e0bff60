"""Dumps of earlier versions of this program, which have statements instead of facts. A temporary server runs the
statements, and is then asked for the facts."""

import json
import pathlib
import tempfile

from . import inventory, toc
from .dumped import Dump, Dumped
from .dumping import ROLES
from .facts import Facts
from .names import connection
from .postgres import Server
from .processes import Deadline, run
from .sums import write
from .throwaway import Throwaway


def bring_up_to_date(dump: Dump, superuser: str, deadline: Deadline) -> Dump:
    """Adds facts that the files of an old dump lack; changes nothing of a current one."""
    if not dump.is_earlier:
        return dump
    with Throwaway(dump.directory.parent / "facts", superuser, deadline) as server:
        load_globals(server, dump.globals, superuser, deadline)
        for one in dump.databases:
            facts = facts_of(server, one, deadline)
            known = {"name": one.name, "tables": one.tables, "database": facts, "only": False, "privileged": None}
            one.file.with_suffix(".json").write_text(json.dumps(known), encoding="utf-8")
        (dump.directory / ROLES).write_text(json.dumps(inventory.roles(server, deadline)), encoding="utf-8")
    write(dump.directory)
    return type(dump)(dump.directory)


def load_globals(server: Server, file: pathlib.Path, superuser: str, deadline: Deadline) -> None:
    """Loads the globals. The superuser exists already, so the dump's is made under an unused name, and removed
    again."""
    text = file.read_bytes().decode()
    for line in (f"CREATE ROLE {superuser};", f'CREATE ROLE "{superuser}";'):
        text = text.replace(f"\n{line}\n", "\n", 1)
    run(["psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-f", "-"], deadline, env=server.environment(deadline), text=text)


def facts_of(server: Server, dumped: Dumped, deadline: Deadline) -> Facts:
    """Returns the facts of a database, which is made without content."""
    numbers = [entry.number for entry in toc.entries(dumped.file) if entry.kind in ("DATABASE", "DATABASE PROPERTIES") or is_of_it(entry)]
    if dumped.name == "postgres":
        server.query("drop database postgres", deadline, "template1")
    with tempfile.NamedTemporaryFile("w", encoding="ascii") as chosen:
        chosen.writelines(f"{number};\n" for number in numbers)
        chosen.flush()
        words = ["pg_restore", "--create", "--exit-on-error", f"--use-list={chosen.name}", "-d", connection("template1")]
        run([*words, str(dumped.file)], deadline, env=server.environment(deadline))
    facts: Facts = inventory.database(server, dumped.name, deadline)
    return facts


def is_of_it(entry: toc.Entry) -> bool:
    return entry.kind in ("ACL", "COMMENT") and entry.name.startswith("DATABASE ")
