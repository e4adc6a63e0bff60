"""A whole server at any moment, from a base backup and the log after it, in a directory that is made for it."""

import pathlib
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from datetime import datetime, timezone
from typing import Any

from . import archive, configuration, fetching, inventory, targets, timelines
from .barman import ARCHIVE, HOME, SERVER, Barman, over_copy
from .facts import Facts
from .loading import rows_in
from .processes import Deadline
from .progress import say
from .recovery import RECEIVED, Recovery, received_in
from .repository import newest_of, Repository
from .restore import EMPTY_SERVER, refuse_unclean, refuse_used
from .room import refuse_little
from .settings import Settings
from .timelines import Turn

# Enough to list what can be restored.
LOOKED_AT = [
    *(archive.STAGE / name for name in ("meta", RECEIVED, "streaming/*.history")),
    HOME / SERVER / "wals/*.history",
]
REACHED = "select pg_last_wal_replay_lsn(), coalesce(pg_last_xact_replay_timestamp()::text, '')"


def listed(place: Repository, deadline: Deadline) -> list[Facts]:
    """Returns what a repository can restore: dumps, oldest first, and then all moments since the first base backup."""
    return [*fetching.listed(place, deadline), *windows(place, deadline)]


def windows(place: Repository, deadline: Deadline) -> list[Facts]:
    snapshots = place.snapshots(ARCHIVE, deadline)
    if not snapshots:
        return []
    newest = newest_of(snapshots)
    backups, received, _ = look(place, newest, deadline)
    if not backups:
        return []
    shown = {"repository": place.name, "kind": ARCHIVE, "id": newest["short_id"], "bytes": backups[-1]["bytes"]}
    return [{**shown, "from": iso(min(one["ended"] for one in backups)), "time": iso(received["time"])}]


def look(place: Repository, snapshot: Facts, deadline: Deadline) -> tuple[list[Facts], Any, list[Turn]]:
    """Fetches the base backups' descriptions of a copy, the end of its log, and its timelines; none of the data."""
    home = configuration.SCRATCH / "look"
    try:
        archive.fetch_log(place, snapshot["id"], home, LOOKED_AT, deadline)
        return archive.backups_in(home, deadline), received_in(home), timelines.turns_in(home / SERVER)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def check(place: Repository, text: str, target: pathlib.Path, deadline: Deadline) -> Facts:
    """Checks for obstacles to a recovery into a directory, before anything is stopped for it."""
    wanted = targets.parse(text)
    found, turns = examined(place, wanted, target, deadline)
    note = timelines.warning(turns, targets.moment(wanted["value"]).timestamp()) if wanted["kind"] == "time" else None
    if note:
        say(note)
    return found


def examined(place: Repository, wanted: Facts, target: pathlib.Path, deadline: Deadline) -> tuple[Facts, list[Turn]]:
    refuse_used(target)
    newest = place.newest(ARCHIVE, deadline)
    backups, _, turns = look(place, newest, deadline)
    fitting = targets.candidates(backups, wanted)
    others = sum(one["bytes"] for one in backups if one not in fitting)
    size = max(place.restored_size(newest["id"], deadline) - others, fitting[0]["bytes"])
    refuse_little(target, fitting[0]["bytes"] + EMPTY_SERVER, size)
    return {"id": newest["short_id"], "bytes": size}, turns


def fetch(_settings: Settings, place: Repository, text: str, deadline: Deadline) -> Facts:
    """Fetches the input of a recovery to the container that runs it; the key stays here."""
    newest = place.newest(ARCHIVE, deadline)
    say(f"fetching the base backup and the log from {place.name}")
    archive.fetch(place, newest["id"], configuration.SCRATCH / ARCHIVE, targets.parse(text), deadline)
    return {"id": newest["short_id"]}


def whole(settings: Settings, text: str, target: pathlib.Path, words: Sequence[str], deadline: Deadline) -> Facts:
    """Recovers the server from the fetched files into a directory, and stops it cleanly."""
    wanted = targets.parse(text)
    refuse_used(target)
    home = configuration.SCRATCH / ARCHIVE
    try:
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        target.chmod(0o700)
        say(f"recovering to {targets.described(wanted)}")
        with tempfile.TemporaryDirectory() as directory:
            facts = recover(over_copy(home, directory), wanted, target, settings["postgres"]["user"], words, deadline)
        refuse_unclean(target, deadline)
    except BaseException:
        if target.exists():
            configuration.empty(target)
        raise
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return facts


def recover(barman: Barman, wanted: Facts, target: pathlib.Path, user: str, words: Sequence[str], deadline: Deadline) -> Facts:
    with Recovery(barman, wanted, target, user, deadline, settings_of(words)) as server:
        say("reading each table")
        names = [one["name"] for one in server.databases(deadline) if one["connects"]]
        counts = {name: inventory.counts(server, name, deadline) for name in names}
        lsn, commit = server.query(REACHED, deadline).split("|")
    tables = sum(len(found) for found in counts.values())
    rows = sum(rows_in(found) for found in counts.values())
    return {"databases": list(counts), "tables": tables, "rows": rows, "lsn": lsn, "lastCommit": commit or None}


def settings_of(words: Iterable[str]) -> dict[str, str]:
    """Returns settings as on a server's command line: -c name=value, repeated."""
    pairs = (word.split("=", 1) for word in words if word != "-c")
    return dict(pairs)


def iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat()
