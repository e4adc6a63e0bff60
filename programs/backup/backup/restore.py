"""A whole server from a dump, in a directory that is made for it."""

import pathlib
import re
import shutil
from collections.abc import Sequence

from . import configuration
from .cluster import as_words, Cluster
from .dumped import Dump
from .dumps import DUMP
from .earlier import bring_up_to_date
from .facts import Facts
from .failure import Failure
from .fetching import chosen, fetch, size_of  # noqa: F401; the command has it from here
from .loading import load_server
from .names import connection
from .postgres import ACCESS
from .processes import Deadline, run
from .progress import say
from .repository import Repository
from .room import existing, refuse_little
from .settings import Settings

# Size of an empty server, with its write-ahead log.
EMPTY_SERVER = 128 * 1024 * 1024

# The last value of each setting counts, so these follow those of the service. Background workers of extensions, such as
# jobs of pg_cron, would change the loaded data.
WHILE_LOADING = {"archive_mode": "off", "max_worker_processes": "0", "synchronous_commit": "off"}


def check(place: Repository, snapshot: str, target: pathlib.Path, deadline: Deadline) -> Facts:
    """Checks for obstacles to a restore into a directory, before anything is stopped for it."""
    refuse_used(target)
    found = chosen(place, snapshot, DUMP, deadline)
    free = shutil.disk_usage(existing(target)).free
    size = size_of(place, found, deadline)
    refuse_little(target, size + EMPTY_SERVER, size)
    return {"id": found["short_id"], "time": found["time"], "bytes": size, "free": free}


def whole(settings: Settings, _snapshot: str, target: pathlib.Path, words: Sequence[str], deadline: Deadline) -> Facts:
    """Makes the data of a server from the fetched dump, and stops the server cleanly."""
    refuse_used(target)
    superuser = settings["postgres"]["user"]
    dump = bring_up_to_date(Dump(configuration.SCRATCH / DUMP), superuser, deadline)
    cluster = Cluster(target, superuser, deadline)
    try:
        say(f"making a server in {target}")
        cluster.make(["--data-checksums", "--auth-local=trust", "--auth-host=scram-sha-256", *dump.locale()])
        (target / "pg_hba.conf").write_text(ACCESS, encoding="utf-8")
        server = cluster.start([*words, *as_words({**WHILE_LOADING, "hba_file": target / "pg_hba.conf"})])
        facts = load_server(server, dump, deadline)
        say("gathering statistics")
        for name in facts["databases"]:
            run(["vacuumdb", "--analyze-only", "--quiet", connection(name)], deadline, env=server.environment(deadline, name))
        cluster.stop(deadline)
        refuse_unclean(target, deadline)
    except BaseException:
        cluster.stop()
        shutil.rmtree(target, ignore_errors=True)
        raise
    return facts


def refuse_used(target: pathlib.Path) -> None:
    """Refuses a directory with any content: it has an owner."""
    if target.exists() and any(target.iterdir()):
        raise Failure(f"{target} is not empty; restore into a new volume")
    for other in existing(target).rglob("PG_VERSION"):
        raise Failure(f"the volume holds the data of a server in {other.parent}; restore into a new volume")


def refuse_unclean(target: pathlib.Path, deadline: Deadline) -> None:
    state = run(["pg_controldata", str(target)], deadline, env={"LC_ALL": "C"})
    if not re.search(r"^Database cluster state: +shut down$", state, re.MULTILINE):
        raise Failure("the restored server did not stop in good order; try again, and look at the memory it has")
