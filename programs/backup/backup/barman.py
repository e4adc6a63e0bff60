"""Barman, which manages base backups and the write-ahead log between them."""

import json
import pathlib
import re
from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import datetime, timezone
from typing import Any

from . import locks, timelines
from .facts import Facts
from .failure import Failure
from .postgres import SETTINGS as SETTINGS_OF_SESSIONS, options
from .processes import Deadline, run
from .wal import bytes_of

ARCHIVE = "archive"
SERVER = "database"
SETTINGS = pathlib.Path("/etc/docker-constructs/barman.conf")
HOME = pathlib.Path("/archive")

COPY = """[barman]
barman_user = postgres
barman_home = {home}
barman_lock_directory = {directory}
log_level = ERROR

[{server}]
description = a copy
conninfo = host=/nowhere
streaming_conninfo = host=/nowhere
backup_method = postgres
streaming_archiver = on
slot_name = none
"""


# Its sessions belong to a superuser.
SESSIONS = {"PGOPTIONS": options(SETTINGS_OF_SESSIONS), "PGCLIENTENCODING": "UTF8"}


class Barman:
    """Barman's command line over one home directory."""

    WHOLE = ("DONE", "WAITING_FOR_WALS")

    def __init__(self, home: pathlib.Path = HOME, settings: pathlib.Path = SETTINGS) -> None:
        self.home = home
        self._settings = str(settings)

    def words(self) -> list[str]:
        return ["barman", "--quiet", "--config", self._settings]

    def call(self, *words: str, deadline: Deadline) -> str:
        return run([*self.words(), *words], deadline, env=SESSIONS)

    def backups(self, deadline: Deadline) -> list[Facts]:
        """Returns all backups by their names, which are times."""
        return sorted(self._ask("list-backups", deadline).get(SERVER, []), key=lambda one: one["backup_id"])

    def ids(self, deadline: Deadline) -> list[str]:
        """Returns the restorable backups by their names."""
        return [one["backup_id"] for one in self.backups(deadline) if one["status"] in self.WHOLE]

    def reachable(self, deadline: Deadline) -> list[Facts]:
        """Returns the backups from which a recovery reaches the end of the log, oldest first."""
        return timelines.reachable(self.whole(deadline), timelines.turns_in(self.home / SERVER))

    def restorable(self, deadline: Deadline) -> list[str]:
        """Returns all complete backups; there must be at least one."""
        ids = self.ids(deadline)
        if not ids:
            raise Failure("there is no base backup yet; look at the job base-backup")
        return ids

    def whole(self, deadline: Deadline) -> list[Facts]:
        """Returns the restorable backups with their details, oldest first; each one takes a call."""
        return in_order(self.details(number, deadline) for number in self.ids(deadline))

    def details(self, number: str, deadline: Deadline) -> Facts:
        """Returns the details of one backup."""
        known = self._ask("show-backup", deadline, number)[SERVER]["base_backup_information"]
        ended = datetime.fromisoformat(known["end_time"])
        return {
            "id": number,
            "bytes": known["backup_size_bytes"],
            "first": known["begin_wal"],
            "segmentBytes": self._segment_bytes(number),
            "lsn": known["end_lsn"],
            "ended": (ended if ended.tzinfo else ended.replace(tzinfo=timezone.utc)).timestamp(),
        }

    def _ask(self, command: str, deadline: Deadline, *words: str) -> Any:
        return json.loads(run(["barman", "--config", self._settings, "--format=json", command, SERVER, *words], deadline, env=SESSIONS))

    def _segment_bytes(self, number: str) -> int:
        text = (self.home / SERVER / "meta" / f"{number}-backup.info").read_text(encoding="utf-8")
        return int(re.findall(r"^xlog_segment_size=(\d+)$", text, re.MULTILINE)[0])


def housekeeping(deadline: Deadline) -> AbstractContextManager[None]:
    """Prevents removals from the archive while a repository copies it."""
    return locks.in_turn(ARCHIVE, deadline)


def in_order(backups: Iterable[Facts]) -> list[Facts]:
    """Sorts by the log, which only grows; a clock may have been set back between two backups."""
    return sorted(backups, key=lambda one: (one["first"], bytes_of(one["lsn"])))


def over_copy(home: pathlib.Path, directory: str | pathlib.Path) -> Barman:
    """Returns Barman over a copy of its home; its settings and locks are in a separate directory."""
    settings = pathlib.Path(directory) / "barman.conf"
    settings.write_text(COPY.format(home=home, directory=directory, server=SERVER), encoding="utf-8")
    return Barman(pathlib.Path(home), settings)
