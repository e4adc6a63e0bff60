"""Barman, which keeps base backups and the write-ahead log between them."""

import json
import pathlib
import re
from datetime import datetime, timezone

from .failure import Failure
from .processes import run

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


class Barman:
    """Barman's command line over one home directory."""

    WHOLE = ("DONE", "WAITING_FOR_WALS")

    def __init__(self, home=HOME, settings=SETTINGS):
        self.home = home
        self._settings = str(settings)

    def words(self):
        return ["barman", "--quiet", "--config", self._settings]

    def call(self, *words, deadline):
        return run([*self.words(), *words], deadline)

    def backups(self, deadline):
        """All of them, oldest first."""
        text = run(["barman", "--config", self._settings, "--format=json", "list-backups", SERVER], deadline)
        return sorted(json.loads(text).get(SERVER, []), key=lambda one: one["backup_id"])

    def whole(self, deadline):
        """Those that can be restored, oldest first, with what is known of each."""
        return [self._details(one, deadline) for one in self.backups(deadline) if one["status"] in self.WHOLE]

    def restorable(self, deadline):
        """The same, of which there has to be one."""
        whole = self.whole(deadline)
        if not whole:
            raise Failure("there is no base backup yet; look at the job base-backup")
        return whole

    def _details(self, one, deadline):
        words = ["barman", "--config", self._settings, "--format=json", "show-backup", SERVER, one["backup_id"]]
        details = json.loads(run(words, deadline))[SERVER]["base_backup_information"]
        ended = datetime.fromisoformat(details["end_time"])
        return {
            "id": one["backup_id"],
            "bytes": details["backup_size_bytes"],
            "first": details["begin_wal"],
            "segmentBytes": self._segment_bytes(one["backup_id"]),
            "lsn": details["end_lsn"],
            "ended": (ended if ended.tzinfo else ended.replace(tzinfo=timezone.utc)).timestamp(),
        }

    def _segment_bytes(self, number):
        text = (self.home / SERVER / "meta" / f"{number}-backup.info").read_text(encoding="utf-8")
        return int(re.search(r"^xlog_segment_size=(\d+)$", text, re.MULTILINE).group(1))


def over_copy(home, directory):
    """Barman over a copy of its home; its settings and locks are in a directory of their own."""
    settings = pathlib.Path(directory) / "barman.conf"
    settings.write_text(COPY.format(home=home, directory=directory, server=SERVER), encoding="utf-8")
    return Barman(pathlib.Path(home), settings)
