"""Restores what was fetched into a server of its own, and examines files, in a container without a network, a socket or a key."""

import contextlib
import json
import tempfile
import shutil
import time

from . import configuration, files
from .barman import over_copy
from .cluster import Cluster, as_words
from .failure import Failure
from .loading import load_database, load_globals
from .postgres import check_sums
from .processes import Deadline, run
from .proof import POLL_SECONDS, REQUEST, RESULT
from .recovery import Recovery

# What a crash may leave of a drill is thrown away.
UNSAFE = {"fsync": "off", "full_page_writes": "off"}
SETTINGS = {
    **UNSAFE,
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "20",
}


def work(scratch):
    """Waits for requests and answers them, for ever."""
    while True:
        request = scratch / REQUEST
        if request.exists():
            wanted = json.loads(request.read_text(encoding="utf-8"))
            request.unlink()
            answer(scratch, wanted)
        time.sleep(POLL_SECONDS)


def answer(scratch, request):
    deadline = Deadline(request["timeLimit"])
    try:
        proof = files.examine if request["kind"] == "files" else prove
        outcome = {"verified": True, **proof(scratch / request["kind"], request, deadline)}
    except Failure as failure:
        outcome = {"verified": False, "reason": str(failure)}
    except Exception as error:  # pylint: disable=broad-except; whatever it is, it proved nothing
        outcome = {"verified": False, "reason": f"{type(error).__name__}: {error}"}
    configuration.write_whole(scratch / RESULT, json.dumps({"id": request["id"], **outcome}))


def prove(directory, request, deadline):
    """Has a database made of what was fetched, and looks at all of it."""
    started = time.monotonic()
    with PROOFS[request["kind"]](directory, request, deadline) as (server, tables):
        loaded = time.monotonic()
        if tables < request["leastTables"]:
            raise Failure(f"it has {tables} tables, and at least {request['leastTables']} are expected; is it of the right database?")
        run(["pg_amcheck", "--all", "--install-missing", "--heapallindexed"], deadline, env=server.environment)
        for assertion in request["assertions"]:
            check_assertion(server, assertion, deadline)
    return {"tables": tables, "loadSeconds": loaded - started, "checkSeconds": time.monotonic() - loaded}


@contextlib.contextmanager
def loaded_dump(directory, request, deadline):
    """A dump in a fresh server, compared with what was counted when it was made."""
    check_sums(directory)
    with Throwaway(directory.parent / "server", request["superuser"], deadline) as server:
        load_globals(server, directory / "globals.sql", request["superuser"], deadline)
        yield server, sum(load_database(server, file, deadline) for file in sorted(directory.glob("*.dump")))


@contextlib.contextmanager
def recovered_archive(directory, request, deadline):
    """A base backup and the log after it, up to a position that was written just before the copy was made."""
    data = directory.parent / "recovered"
    data.mkdir(mode=0o700)
    try:
        with tempfile.TemporaryDirectory() as settings:
            barman = over_copy(directory, settings)
            with Recovery(barman, request["target"], data, request["superuser"], deadline, UNSAFE) as server:
                names = server.databases(deadline)
                yield server, sum(len(server.counts(name, deadline).splitlines()) for name in names)
    finally:
        shutil.rmtree(data, ignore_errors=True)


PROOFS = {"dump": loaded_dump, "archive": recovered_archive}


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
            return self._cluster.start(as_words(SETTINGS))
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
