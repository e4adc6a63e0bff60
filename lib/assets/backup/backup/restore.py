"""A whole server from a dump, in a directory that is made for it."""

import re
import shutil

from .cluster import Cluster, as_words
from .contents import locale_of
from .dumps import DUMP
from .failure import Failure
from .fetching import Fetched, chosen, size_of
from .loading import counts_of, load_database, load_globals, name_of, rows_in
from .postgres import ACCESS
from .processes import run
from .progress import say
from .room import existing, refuse_little

# What an empty server takes, with its log of changes.
EMPTY_SERVER = 128 * 1024 * 1024

# The last one of each setting counts, so these stand behind those of the service. What an extension runs in the background,
# such as jobs of pg_cron, would change what was just loaded.
WHILE_LOADING = {"archive_mode": "off", "max_worker_processes": "0", "synchronous_commit": "off"}


def check(place, snapshot, target, deadline):
    """What stands in the way of a restore into a directory, found before anything is stopped for it."""
    refuse_used(target)
    found = chosen(place, snapshot, DUMP, deadline)
    free = shutil.disk_usage(existing(target)).free
    size = size_of(place, found, deadline)
    refuse_little(target, size + EMPTY_SERVER, size)
    return {"id": found["short_id"], "time": found["time"], "bytes": size, "free": free}


def whole(settings, place, snapshot, target, words, deadline):
    """Restores a dump into a directory, as the data of a server that was stopped in good order."""
    found = check(place, snapshot, target, deadline)
    with Fetched(settings, place, found["id"], deadline) as directory:
        superuser = settings["postgres"]["user"]
        cluster = Cluster(target, superuser, deadline)
        try:
            say(f"making a server in {target}")
            cluster.make(["--data-checksums", "--auth-local=trust", "--auth-host=scram-sha-256", *locale_of(directory, deadline)])
            (target / "pg_hba.conf").write_text(ACCESS, encoding="utf-8")
            last = {**WHILE_LOADING, "hba_file": target / "pg_hba.conf"}
            server = cluster.start([*words, *as_words(last)])
            facts = load(server, directory, superuser, deadline)
            cluster.stop(deadline)
            refuse_unclean(target, deadline)
        except BaseException:
            cluster.stop()
            shutil.rmtree(target, ignore_errors=True)
            raise
    return {**found, **facts}


def load(server, directory, superuser, deadline):
    load_globals(server, directory / "globals.sql", superuser, deadline)
    files = sorted(directory.glob("*.dump"))
    tables = 0
    for file in files:
        say(f"loading database {name_of(file)}")
        tables += load_database(server, file, deadline)
    say("gathering statistics")
    run(["vacuumdb", "--all", "--analyze-only", "--quiet"], deadline, env=server.environment)
    return {"databases": [name_of(file) for file in files], "tables": tables, "rows": sum(rows_in(counts_of(file)) for file in files)}


def refuse_used(target):
    """A directory with anything in it is somebody's."""
    if target.exists() and any(target.iterdir()):
        raise Failure(f"{target} is not empty; restore into a new volume")
    for other in existing(target).rglob("PG_VERSION"):
        raise Failure(f"the volume holds the data of a server in {other.parent}; restore into a new volume")


def refuse_unclean(target, deadline):
    state = run(["pg_controldata", str(target)], deadline, env={"LC_ALL": "C"})
    if not re.search(r"^Database cluster state: +shut down$", state, re.MULTILINE):
        raise Failure("the restored server did not stop in good order; try again, and look at the memory it has")
