"""Base backups and the write-ahead log between them: taken, copied to the repositories, and verified."""

import json
import os
import pathlib
import shutil
import tempfile
import time
from collections.abc import Sequence

from . import configuration, postgres, proof, repository, targets
from .barman import ARCHIVE, HOME, SERVER, SETTINGS, Barman, housekeeping, over_copy
from .facts import Facts
from .failure import Failure
from .postgres import Server
from .processes import Deadline
from .receiver import BASE, follow, lag_of
from .record import Record
from .recovery import RECEIVED, received_in
from .repository import Repository
from .settings import Settings
from .several import side_by_side

COPY, DRILL = "wal-copy", "pitr-drill"
# Barman keeps the window, and each snapshot has all of it.
RULES = ["--keep-last=3", "--keep-hourly=24", "--keep-daily=3"]
# The time is read first: a commit between the two is in the log, but not claimed.
MARK = """
with now as materialized (select clock_timestamp() as at), flushed as (select pg_current_wal_flush_lsn() as lsn from now)
select lsn, left(pg_walfile_name(lsn), 8), extract(epoch from at) from now, flushed
"""
# Copies of files that change while they are read are saved from here.
STAGE = HOME / "copy"


def take(settings: Settings, deadline: Deadline) -> Facts:
    """Takes a base backup, verified against its manifest; then applies the retention, and copies it to every
    repository."""
    barman, server = Barman(), postgres.of(settings)
    follow(server, deadline)
    with housekeeping(deadline):
        clear(barman, deadline)
    before = barman.ids(deadline)
    barman.call("switch-wal", "--force", SERVER, deadline=deadline)
    close_segment(barman, server, deadline)
    barman.call("backup", SERVER, deadline=deadline)
    close_segment(barman, server, deadline)
    made = made_since(before, barman.ids(deadline))
    barman.call("verify-backup", SERVER, made, deadline=deadline)
    with housekeeping(deadline):
        for one in barman.backups(deadline):
            if one["retention_status"].startswith("OBSOLETE"):
                barman.call("delete", SERVER, one["backup_id"], deadline=deadline)
    publish(settings, RULES, deadline)
    size = barman.details(made, deadline)["bytes"]
    return {"bytes": size, "backups": len(barman.ids(deadline)), "stored": repository.size(settings, deadline)}


def made_since(before: list[str], ids: list[str]) -> str:
    new = [one for one in ids if one not in before]
    if not new:
        look = f"barman --config {SETTINGS} list-backups {SERVER}"
        raise Failure(f"the base backup was made, and is not among those that are whole; see `{look}` in this container")
    return new[-1]


def close_segment(barman: Barman, server: Server, deadline: Deadline) -> None:
    """Brings the previous segment into the archive. A segment is complete once something is written after it. An idle
    server would take long, and one whose clock was set back would wait until the same time comes again."""
    follow(server, deadline, server.query("select pg_logical_emit_message(true, 'backup', 'a segment begins')", deadline))
    barman.call("archive-wal", SERVER, deadline=deadline)


def clear(barman: Barman, deadline: Deadline) -> None:
    """Removes unfinished backups of runs that were killed: Barman neither counts nor removes them."""
    for one in barman.backups(deadline):
        if one["status"] not in barman.WHOLE:
            barman.call("delete", SERVER, one["backup_id"], deadline=deadline)


def copy(settings: Settings, deadline: Deadline) -> Facts:
    """Copies the received log to every repository, from which it can be restored after a loss of the host."""
    began = time.time()
    Record(COPY).note(lag_of(postgres.of(settings), deadline))
    publish(settings, [], deadline)
    return {"reached": began}


def flush(settings: Settings, deadline: Deadline) -> None:
    """Copies the log while the server is down; its end is known from the last copy."""
    publish(settings, [], deadline, received_in(HOME))


def publish(settings: Settings, rules: Sequence[str], deadline: Deadline, received: Facts | None = None) -> None:
    def save(place: Repository) -> None:
        with place.opened(deadline):
            saved = place.save(paths, ARCHIVE, deadline)
            place.forget(ARCHIVE, rules, saved["snapshot_id"], deadline)

    with housekeeping(deadline):
        paths = stage(received or mark(postgres.of(settings), deadline), deadline)
        try:
            side_by_side(repository.of(settings), save)
        finally:
            shutil.rmtree(STAGE, ignore_errors=True)


def stage(received: Facts, deadline: Deadline) -> list[pathlib.Path]:
    """Prepares the content of a copy: complete base backups, the log, and the position up to which it was received."""
    barman = Barman()
    barman.call("archive-wal", SERVER, deadline=deadline)
    shutil.rmtree(STAGE, ignore_errors=True)
    for name in ("streaming", "meta"):
        (STAGE / name).mkdir(parents=True)
    # The newest copy is restored, so one without a base backup would hide those that have one.
    whole = barman.restorable(deadline)
    home = HOME / SERVER
    for name in ("identity.json", *(f"meta/{number}-backup.info" for number in whole)):
        shutil.copyfile(home / name, STAGE / name)
    for segment in (home / "streaming").iterdir():
        # A full segment may be renamed at any time.
        locked_in(segment, STAGE / "streaming" / segment.name)
    for directory in (HOME, STAGE):
        configuration.write_whole(directory / RECEIVED, json.dumps(received))
    return [STAGE, *sorted((home / "wals").glob("0*")), *(home / "base" / number for number in whole)]


def locked_in(segment: pathlib.Path, link: pathlib.Path) -> None:
    try:
        os.link(segment, link)
    except FileNotFoundError:
        whole = segment.with_suffix("")
        os.link(whole, link.with_suffix(""))


def mark(server: Server, deadline: Deadline) -> Facts:
    """Returns a position that the receiver has, its timeline, and a moment up to which the log is complete."""
    lsn, timeline, at = server.query(MARK, deadline).split("|")
    follow(server, deadline, lsn)
    return {"lsn": lsn, "timeline": int(timeline, 16), "time": float(at)}


def prove(settings: Settings, deadline: Deadline) -> Facts:
    """Recovers the content of each repository up to a point that is written into the log right now."""
    started, began = time.monotonic(), time.time()
    server = postgres.of(settings)
    lsn = server.query(f"select pg_create_restore_point('drill-{int(began)}')", deadline)
    # A recovery stops at the record after a position, and an idle database would write none.
    server.query("select pg_switch_wal()", deadline)
    publish(settings, [], deadline)
    target, superuser = {"kind": "lsn", "value": lsn}, settings["postgres"]["user"]
    what = f"the base backup and the log up to {lsn}"

    def fetch_to(place: Repository, snapshot: str, home: pathlib.Path, limit: Deadline) -> None:
        fetch(place, snapshot, home, target, limit)

    proof.prove_each(settings, ARCHIVE, fetch_to, what, deadline, target=target, superuser=superuser)
    return {"recovery": round(time.monotonic() - started, 3), "age": round(time.time() - began, 3), "lsn": lsn}


def fetch(place: Repository, snapshot: str, home: pathlib.Path, target: Facts, deadline: Deadline) -> None:
    """Makes a home for Barman from a copy: all of the log, and the base backups that a recovery may start from."""
    fetch_log(place, snapshot, home, [STAGE, HOME / SERVER / "wals"], deadline)
    base = HOME / SERVER / "base"
    fitting = targets.candidates(backups_in(home, deadline), target)
    place.fetch(snapshot, base, home / SERVER / "base", ARCHIVE, deadline, [base / one["id"] for one in fitting])


def fetch_log(place: Repository, snapshot: str, home: pathlib.Path, only: Sequence[pathlib.Path], deadline: Deadline) -> None:
    parts, server = home.with_name(f"{home.name}.parts"), home / SERVER
    try:
        place.fetch(snapshot, HOME, parts, ARCHIVE, deadline, only)
        home.mkdir(parents=True)
        os.rename(parts / "copy", server)
        os.rename(server / RECEIVED, home / RECEIVED)
        if (parts / SERVER / "wals").exists():
            os.rename(parts / SERVER / "wals", server / "wals")
    finally:
        shutil.rmtree(parts, ignore_errors=True)


def backups_in(home: pathlib.Path, deadline: Deadline) -> list[Facts]:
    """Returns complete base backups of a copy that a recovery may start from, oldest first."""
    with tempfile.TemporaryDirectory() as directory:
        return over_copy(home, directory).reachable(deadline)
