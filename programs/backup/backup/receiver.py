"""Receives the write-ahead log as it is written, and distinguishes a gap from a pause."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from typing import NoReturn

from . import past, postgres
from .barman import HOME, SERVER, SESSIONS, Barman, housekeeping
from .facts import Facts
from .failure import Failure
from .postgres import Server
from .processes import TETHER, Deadline, end
from .progress import say
from .record import Record
from .room import full_disks
from .settings import Settings

# The engine's growing pauses between restarts would bring the receiver back long after the server.
PAUSE_SECONDS = 2
# A server or a receiver needs a moment to restart; one that does not return will cause a gap.
FOLLOW_SECONDS = 60
POLL_SECONDS = 0.5
PUT_BACK_SECONDS = 15
REPAIR = HOME / ".repair"
BASE = "base-backup"
OTHER_PAST = (
    "the server has another past than the archive, as after a change of its volume, so nothing of it is received. Put the "
    "archive aside, and begin a new one: run `python3 -m backup repair` in this container"
)

SLOT_STATE = """
select s.wal_status, coalesce(r.write_lsn::text, ''),
    coalesce(pg_wal_lsn_diff(pg_current_wal_flush_lsn(), coalesce(r.write_lsn, s.restart_lsn)), 0)
from pg_replication_slots s left join pg_stat_replication r on r.pid = s.active_pid where s.slot_name = '{slot}'
"""
FULL = (
    "the write-ahead log cannot be received. The receiver continues by itself as soon as there is space, and the server keeps the log "
    "for it up to its `max_slot_wal_keep_size`"
)


def receive() -> NoReturn:
    """Runs forever, also while the server is down."""
    REPAIR.unlink(missing_ok=True)
    while True:
        if not REPAIR.exists():
            receive_once()
            for problem in full_disks((HOME,)):
                say(problem)
        time.sleep(PAUSE_SECONDS)


def receive_once() -> None:
    words = [*TETHER, *Barman().words(), "receive-wal", SERVER]
    process = subprocess.Popen(words, env={**os.environ, **SESSIONS}, start_new_session=True)
    clock = Clock()
    try:
        while process.poll() is None and not REPAIR.exists() and not clock.was_put_back():
            time.sleep(POLL_SECONDS)
    finally:
        end(process)


class Clock:
    """Compares the wall clock with the monotonic one. `pg_receivewal` reports its position to the server every ten
    seconds of the wall clock. If that is set back, it would report nothing until the same time comes again, and seem to
    receive nothing."""

    def __init__(self) -> None:
        self._ahead = self._difference()

    def was_put_back(self) -> bool:
        self._ahead = max(self._ahead, self._difference())
        return self._difference() < self._ahead - PUT_BACK_SECONDS

    @staticmethod
    def _difference() -> float:
        return time.time() - time.monotonic()


def repair(settings: Settings, deadline: Deadline) -> None:
    """Starts again after a gap, or with a server of another history. The archive stays, or is put aside if it belongs
    to another history. The slot is made again, and a base backup must follow."""
    server = postgres.of(settings)
    if past.is_kept(server, deadline):
        begin_anew(server, deadline, same_past=True)
    else:
        say("the archive is of another past and is put aside, as soon as no repository takes a copy of it")
        # Acquired before anything is changed: without a slot the server keeps nothing for its receiver.
        with housekeeping(deadline):
            begin_anew(server, deadline, same_past=False)
    follow(server, deadline)


def begin_anew(server: Server, deadline: Deadline, same_past: bool) -> None:
    barman = Barman()
    REPAIR.touch()
    try:
        wait(lambda: slot_state(server, deadline)[1] == "", deadline, "the receiver does not let go of the replication slot")
        if slot_state(server, deadline)[0] != "none":
            barman.call("receive-wal", "--drop-slot", SERVER, deadline=deadline)
        if not same_past:
            put_aside(server, deadline)
        barman.call("receive-wal", "--create-slot", SERVER, deadline=deadline)
        barman.call("receive-wal", "--reset", SERVER, deadline=deadline)
    finally:
        REPAIR.unlink(missing_ok=True)


def put_aside(server: Server, deadline: Deadline) -> None:
    """Puts aside the archive of another history; the last such one stays until the next. A log that was received during
    the check may have looked like another history."""
    if past.is_kept(server, deadline):
        return
    aside = HOME / f"{SERVER}-before"
    shutil.rmtree(aside, ignore_errors=True)
    (HOME / SERVER).rename(aside)
    # The log is copied again from the first base backup on: a copy without one cannot be restored.
    Record(BASE).forget_success()


def wait(done: Callable[[], bool], deadline: Deadline, problem: str) -> None:
    end_of_wait = Deadline(min(FOLLOW_SECONDS, deadline.left()))
    while not done():
        try:
            end_of_wait.left()
        except Failure:
            raise Failure(problem) from None
        time.sleep(POLL_SECONDS)


def follow(server: Server, deadline: Deadline, position: str = "0/0") -> None:
    """Waits until the receiver follows and has the log up to a position."""

    def has_position() -> bool:
        state, received, _ = slot_state(server, deadline)
        if state == "lost":
            raise Failure(
                "the write-ahead log has a gap: it was not received for so long that the server removed the rest "
                "of it. Moments after that can be restored only from a new base backup on: run `python3 -m backup repair` in this "
                "container"
            )
        return received != "" and server.query(f"select '{received}'::pg_lsn >= '{position}'", deadline) == "t"

    problem = (
        f"no receiver reads the write-ahead log (replication slot {server.slot!r}); the server keeps what is written up to its "
        "`max_slot_wal_keep_size`. See the log of the receiver's container, and restart it; where a segment that it asks for has "
        "already been removed, run `python3 -m backup repair` in this container"
    )
    try:
        wait(has_position, deadline, problem)
    except Failure:
        if not past.is_kept(server, deadline):
            raise Failure(OTHER_PAST) from None
        if full_disks((HOME,)):
            raise Failure(FULL) from None
        raise


def lag_of(server: Server, deadline: Deadline) -> Facts:
    """Returns metrics: the receiver's delay, and whether the server still keeps the log for it."""
    state, _, lag = slot_state(server, deadline)
    return {"lag": int(lag), "slot": int(state not in ("lost", "none"))}


def slot_state(server: Server, deadline: Deadline) -> Sequence[str]:
    """Returns the state of the replication slot, the received position (empty without a connection), and the remaining
    size."""
    answer = server.query(SLOT_STATE.format(slot=server.slot), deadline)
    return answer.split("|") if answer else ("none", "", "0")
