"""Base backups and the write-ahead log between them: taken, copied to the repositories, and proven."""

import json
import os
import shutil
import tempfile
import time

from . import configuration, postgres, proof, repository, targets
from .barman import ARCHIVE, HOME, SERVER, SETTINGS, Barman, housekeeping, over_copy
from .failure import Failure
from .receiver import BASE, follow, lag_of
from .record import Record
from .recovery import RECEIVED, received_in
from .several import side_by_side

COPY, DRILL = "wal-copy", "pitr-drill"
# The window is kept by Barman, and each snapshot has all of it.
RULES = ["--keep-last=3", "--keep-hourly=24", "--keep-daily=3"]
# The moment is taken first: what is committed between the two is in the log, and not claimed to be.
MARK = """
with now as materialized (select clock_timestamp() as at), flushed as (select pg_current_wal_flush_lsn() as lsn from now)
select lsn, left(pg_walfile_name(lsn), 8), extract(epoch from at) from now, flushed
"""
# What changes while it is read is saved from here.
STAGE = HOME / "copy"


def take(settings, deadline):
    """A base backup, verified against its manifest; then the retention, and a copy in every repository."""
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


def made_since(before, ids):
    new = [one for one in ids if one not in before]
    if not new:
        look = f"barman --config {SETTINGS} list-backups {SERVER}"
        raise Failure(f"the base backup was made, and is not among those that are whole; see `{look}` in this container")
    return new[-1]


def close_segment(barman, server, deadline):
    """
    Brings the segment before the present one into the archive. It is complete once something is written after it: an idle
    server would take its time, and one whose clock was put back all the time until it is as late again.
    """
    follow(server, deadline, server.query("select pg_logical_emit_message(true, 'backup', 'a segment begins')", deadline))
    barman.call("archive-wal", SERVER, deadline=deadline)


def clear(barman, deadline):
    """Half-made backups of runs that were killed: Barman neither counts nor removes them."""
    for one in barman.backups(deadline):
        if one["status"] not in barman.WHOLE:
            barman.call("delete", SERVER, one["backup_id"], deadline=deadline)


def copy(settings, deadline):
    """What was received, to every repository: from there it comes back after a loss of the host."""
    began = time.time()
    Record(COPY).note(lag_of(postgres.of(settings), deadline))
    publish(settings, [], deadline)
    return {"reached": began}


def flush(settings, deadline):
    """The same while the server is away: up to where, is known from the last copy."""
    publish(settings, [], deadline, received_in(HOME))


def publish(settings, rules, deadline, received=None):
    def save(place):
        with place.opened(deadline):
            saved = place.save(paths, ARCHIVE, deadline)
            place.forget(ARCHIVE, rules, saved["snapshot_id"], deadline)

    with housekeeping(deadline):
        paths = stage(received or mark(postgres.of(settings), deadline), deadline)
        try:
            side_by_side(repository.of(settings), save)
        finally:
            shutil.rmtree(STAGE, ignore_errors=True)


def stage(received, deadline):
    """What a copy is made of: whole base backups, the log, and up to where that was received."""
    barman = Barman()
    barman.call("archive-wal", SERVER, deadline=deadline)
    shutil.rmtree(STAGE, ignore_errors=True)
    for name in ("streaming", "meta"):
        (STAGE / name).mkdir(parents=True)
    # The newest copy is the one that is restored, so one without a base backup would hide those that have one.
    whole = barman.restorable(deadline)
    home = HOME / SERVER
    for name in ("identity.json", *(f"meta/{number}-backup.info" for number in whole)):
        shutil.copyfile(home / name, STAGE / name)
    for segment in (home / "streaming").iterdir():
        # A segment that is full gets another name at any time.
        locked_in(segment, STAGE / "streaming" / segment.name)
    for directory in (HOME, STAGE):
        configuration.write_whole(directory / RECEIVED, json.dumps(received))
    return [STAGE, *sorted((home / "wals").glob("0*")), *(home / "base" / number for number in whole)]


def locked_in(segment, link):
    try:
        os.link(segment, link)
    except FileNotFoundError:
        whole = segment.with_suffix("")
        os.link(whole, link.with_suffix(""))


def mark(server, deadline):
    """A position that the receiver has, its timeline, and a moment of which the log has everything up to there."""
    lsn, timeline, at = server.query(MARK, deadline).split("|")
    follow(server, deadline, lsn)
    return {"lsn": lsn, "timeline": int(timeline, 16), "time": float(at)}


def prove(settings, deadline):
    """Recovers what each repository has, up to a point that is written into the log right now."""
    started, began = time.monotonic(), time.time()
    server = postgres.of(settings)
    lsn = server.query(f"select pg_create_restore_point('drill-{int(began)}')", deadline)
    # A recovery stops at what comes after a position, and in an idle database nothing would.
    server.query("select pg_switch_wal()", deadline)
    publish(settings, [], deadline)
    target, superuser = {"kind": "lsn", "value": lsn}, settings["postgres"]["user"]
    what = f"the base backup and the log up to {lsn}"

    def fetch_to(place, snapshot, home, limit):
        fetch(place, snapshot, home, target, limit)

    proof.prove_each(settings, ARCHIVE, fetch_to, what, deadline, target=target, superuser=superuser)
    return {"recovery": round(time.monotonic() - started, 3), "age": round(time.time() - began, 3), "lsn": lsn}


def fetch(place, snapshot, home, target, deadline):
    """Makes a home for Barman of a copy: all of the log, and the base backups that a recovery may begin with."""
    fetch_log(place, snapshot, home, [STAGE, HOME / SERVER / "wals"], deadline)
    base = HOME / SERVER / "base"
    fitting = targets.candidates(backups_in(home, deadline), target)
    place.fetch(snapshot, base, home / SERVER / "base", ARCHIVE, deadline, [base / one["id"] for one in fitting])


def fetch_log(place, snapshot, home, only, deadline):
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


def backups_in(home, deadline):
    """Whole base backups of a copy that a recovery may begin with, oldest first."""
    with tempfile.TemporaryDirectory() as directory:
        return over_copy(home, directory).reachable(deadline)
