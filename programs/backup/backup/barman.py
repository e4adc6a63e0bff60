"""Barman, which manages base backups and the write-ahead log between them."""

import json
import pathlib
import re
from datetime import datetime, timezone

from . import locks, timelines
from .failure import Failure
from .postgres import SETTINGS as SETTINGS_OF_SESSIONS
from .postgres import options
from .processes import run
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

    def __init__(self, home=HOME, settings=SETTINGS):
        self.home = home
        self._settings = str(settings)

    def words(self):
        return ["barman", "--quiet", "--config", self._settings]

    def call(self, *words, deadline):
        return run([*self.words(), *words], deadline, env=SESSIONS)

    def backups(self, deadline):
        """Returns all backups by their names, which are times."""
        return sorted(self._ask("list-backups", deadline).get(SERVER, []), key=lambda one: one["backup_id"])

    def ids(self, deadline):
        """Returns the restorable backups by their names."""
        return [one["backup_id"] for one in self.backups(deadline) if one["status"] in self.WHOLE]

    def reachable(self, deadline):
        """Returns the backups from which a recovery reaches the end of the log, oldest first."""
        return timelines.reachable(self.whole(deadline), timelines.turns_in(self.home / SERVER))

    def restorable(self, deadline):
        """Returns all complete backups; there must be at least one."""
        ids = self.ids(deadline)
        if not ids:
            raise Failure("there is no base backup yet; look at the job base-backup")
        return ids

    def whole(self, deadline):
        """Returns the restorable backups with their details, oldest first; each one takes a call."""
        return in_order(self.details(number, deadline) for number in self.ids(deadline))

    def details(self, number, deadline):
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

    def _ask(self, command, deadline, *words):
        return json.loads(run(["barman", "--config", self._settings, "--format=json", command, SERVER, *words], deadline, env=SESSIONS))

    def _segment_bytes(self, number):
        text = (self.home / SERVER / "meta" / f"{number}-backup.info").read_text(encoding="utf-8")
        return int(re.search(r"^xlog_segment_size=(\d+)$", text, re.MULTILINE).group(1))


def housekeeping(deadline):
    """Prevents removals from the archive while a repository copies it."""
    return locks.in_turn(ARCHIVE, deadline)


def in_order(backups):
    """Sorts by the log, which only grows; a clock may have been set back between two backups."""
    return sorted(backups, key=lambda one: (one["first"], bytes_of(one["lsn"])))


def over_copy(home, directory):
    """Returns Barman over a copy of its home; its settings and locks are in a separate directory."""
    settings = pathlib.Path(directory) / "barman.conf"
    settings.write_text(COPY.format(home=home, directory=directory, server=SERVER), encoding="utf-8")
    return Barman(pathlib.Path(home), settings)
