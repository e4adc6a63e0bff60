"""Restores fetched files into a server of its own, and examines files, in a container without a network, a socket or a
key."""

import contextlib
import json
import pathlib
import shutil
import tempfile
import time
from collections.abc import Iterator
from typing import NoReturn

from . import configuration, files, inventory
from .barman import over_copy
from .dumped import Dump
from .earlier import bring_up_to_date
from .facts import Facts
from .failure import Failure
from .loading import load_server
from .names import connection
from .postgres import QUIET, Server
from .processes import Deadline, run
from .proof import POLL_SECONDS, REQUEST, RESULT
from .recovery import Recovery
from .throwaway import UNSAFE, Throwaway

def work(scratch: pathlib.Path) -> NoReturn:
    """Waits for requests and answers them, forever."""
    while True:
        request = scratch / REQUEST
        if request.exists():
            wanted = json.loads(request.read_text(encoding="utf-8"))
            request.unlink()
            answer(scratch, wanted)
        time.sleep(POLL_SECONDS)


def answer(scratch: pathlib.Path, request: Facts) -> None:
    deadline = Deadline(request["timeLimit"])
    try:
        proof = files.examine if request["kind"] == "files" else prove
        outcome = {"verified": True, **proof(scratch / request["kind"], request, deadline)}
    except Failure as failure:
        outcome = {"verified": False, "reason": str(failure)}
    except Exception as error:  # pylint: disable=broad-except; whatever it is, it proved nothing
        outcome = {"verified": False, "reason": f"{type(error).__name__}: {error}"}
    configuration.write_whole(scratch / RESULT, json.dumps({"id": request["id"], **outcome}))


def prove(directory: pathlib.Path, request: Facts, deadline: Deadline) -> Facts:
    """Makes a database from the fetched files, and checks all of it."""
    started = time.monotonic()
    with PROOFS[request["kind"]](directory, request, deadline) as (server, tables):
        loaded = time.monotonic()
        is_young = tables == 0 and request.get("mayBeEmpty")
        least = request.get("leastTables", 1)
        if tables < least and not is_young:
            raise Failure(f"it has {tables} tables, and at least {least} are expected (`drill.leastTables`); is it of the right database?")
        for name in names_in(server, deadline):
            words = ["pg_amcheck", "--install-missing", "--heapallindexed", connection(name)]
            run(words, deadline, env=server.environment(deadline, name))
        for assertion in [] if is_young else request["assertions"]:
            check_assertion(server, assertion, deadline)
    return {"tables": tables, "loadSeconds": loaded - started, "checkSeconds": time.monotonic() - loaded}


@contextlib.contextmanager
def loaded_dump(directory: pathlib.Path, request: Facts, deadline: Deadline) -> Iterator[tuple[Server, int]]:
    """Loads a dump into a fresh server, and compares it, as a restore does."""
    superuser = request["superuser"]
    dump = bring_up_to_date(Dump(directory), superuser, deadline)
    with Throwaway(directory.parent / "server", superuser, deadline) as server:
        yield server, load_server(server, dump, deadline)["tables"]


@contextlib.contextmanager
def recovered_archive(directory: pathlib.Path, request: Facts, deadline: Deadline) -> Iterator[tuple[Server, int]]:
    """Recovers a base backup and the log after it, up to a position that was written just before the copy was made."""
    data = directory.parent / "recovered"
    data.mkdir(mode=0o700)
    try:
        with tempfile.TemporaryDirectory() as settings:
            barman = over_copy(directory, settings)
            with Recovery(barman, request["target"], data, request["superuser"], deadline, UNSAFE) as server:
                yield server, sum(len(inventory.counts(server, name, deadline)) for name in names_in(server, deadline))
    finally:
        shutil.rmtree(data, ignore_errors=True)


def names_in(server: Server, deadline: Deadline) -> list[str]:
    return [one["name"] for one in server.databases(deadline) if one["connects"]]


PROOFS = {"dump": loaded_dump, "archive": recovered_archive}


def check_assertion(server: Server, assertion: Facts, deadline: Deadline) -> None:
    """Runs a user's query, with the settings of the database."""
    words = ["psql", *QUIET, "-d", connection(assertion["database"]), "-f", "-"]
    answered = run(words, deadline, env=server.environment_as_set(), text=assertion["sql"]).strip()
    if answered != "t":
        raise Failure(f"the assertion {assertion['sql']!r} answered {answered!r} in {assertion['database']}, but must answer true")
