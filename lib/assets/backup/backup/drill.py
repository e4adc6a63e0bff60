"""Restores the newest dump into a server of its own, in a container without a network, a socket or a key."""

import json
import os
import shutil
import time
import uuid

from . import configuration
from .cluster import Cluster
from .failure import Failure
from .loading import load_database, load_globals
from .postgres import check_sums
from .processes import Deadline, run

REQUEST = "request.json"
RESULT = "result.json"
POLL_SECONDS = 0.5
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "20",
}


def work(scratch):
    """Waits for requests and answers them, for ever."""
    while True:
        request = scratch / REQUEST
        if request.exists():
            answer(scratch, json.loads(request.read_text(encoding="utf-8")))
            request.unlink(missing_ok=True)
        time.sleep(POLL_SECONDS)


def answer(scratch, request):
    deadline = Deadline(request["timeLimit"])
    try:
        outcome = {"verified": True, **prove(scratch / request["directory"], request, deadline)}
    except Failure as failure:
        outcome = {"verified": False, "reason": str(failure)}
    except Exception as error:  # pylint: disable=broad-except; whatever it is, it proved nothing
        outcome = {"verified": False, "reason": f"{type(error).__name__}: {error}"}
    configuration.write_whole(scratch / RESULT, json.dumps({"id": request["id"], **outcome}))


def prove(directory, request, deadline):
    """Loads a dump into a fresh server and compares it with what was counted when it was made."""
    started = time.monotonic()
    check_sums(directory)
    with Throwaway(directory.parent / "server", request["superuser"], deadline) as server:
        load_globals(server, directory / "globals.sql", request["superuser"], deadline)
        tables = sum(load_database(server, file, deadline) for file in sorted(directory.glob("*.dump")))
        loaded = time.monotonic()
        if tables < request["leastTables"]:
            raise Failure(f"the dump has {tables} tables, and at least {request['leastTables']} are expected; is it of the right database?")
        run(["pg_amcheck", "--all", "--install-missing", "--heapallindexed"], deadline, env=server.environment)
        for assertion in request["assertions"]:
            check_assertion(server, assertion, deadline)
    return {"tables": tables, "loadSeconds": loaded - started, "checkSeconds": time.monotonic() - loaded}


class Throwaway:
    """A server that nobody else can reach, gone at the end whatever happens."""

    def __init__(self, directory, superuser, deadline):
        self._directory = directory
        self._cluster = Cluster(directory / "data", superuser, deadline)

    def __enter__(self):
        shutil.rmtree(self._directory, ignore_errors=True)
        self._directory.mkdir(parents=True)
        try:
            self._cluster.make(["--auth=trust", "--no-sync", "--locale=C.UTF-8"])
            return self._cluster.start([word for key, value in SETTINGS.items() for word in ("-c", f"{key}={value}")])
        except BaseException:
            self._remove()
            raise

    def __exit__(self, *_):
        self._remove()

    def _remove(self):
        self._cluster.stop()
        shutil.rmtree(self._directory, ignore_errors=True)


def check_assertion(server, assertion, deadline):
    answered = server.query(assertion["sql"], deadline, assertion["database"])
    if answered != "t":
        raise Failure(f"the assertion {assertion['sql']!r} answered {answered!r} in {assertion['database']}, and has to answer true")


def request_proof(scratch, request, what, deadline):
    """Hands what was fetched to the drill's container and waits for its verdict, which may be that it cannot be trusted."""
    identified = {**request, "id": str(uuid.uuid4()), "timeLimit": int(deadline.left())}
    (scratch / RESULT).unlink(missing_ok=True)
    configuration.write_whole(scratch / REQUEST, json.dumps(identified))
    outcome = wait_for_verdict(scratch, identified["id"], deadline)
    if not outcome["verified"]:
        raise Failure(f"{what} cannot be trusted: {outcome['reason']}")
    return outcome


def wait_for_verdict(scratch, number, deadline):
    """No answer is a failure."""
    result = scratch / RESULT
    while True:
        if result.exists():
            outcome = json.loads(result.read_text(encoding="utf-8"))
            if outcome["id"] == number:
                return outcome
        try:
            deadline.left()
        except Failure:
            (scratch / REQUEST).unlink(missing_ok=True)
            raise Failure("the drill's container gave no answer in time; is it running? See its log") from None
        time.sleep(POLL_SECONDS)


def empty(directory):
    """What an earlier drill left, were it killed half-way."""
    for path in directory.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            os.unlink(path)
