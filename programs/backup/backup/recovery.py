"""Recovers a database from a base backup and the log after it: to a moment, and not one record less."""

import json
import pathlib
import re
import shlex
import shutil
import time
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from . import configuration, targets, timelines, wal
from .barman import SERVER, Barman
from .cluster import as_words, Cluster
from .facts import Facts
from .failure import Failure
from .postgres import ACCESS, Server
from .processes import Deadline, last_words

# A position that the receiver has: a recovery to the end of the log must reach it.
RECEIVED = "received.json"
# A hot standby would require limits at least as high as the server's, which none of its files has. Background workers
# of extensions would change the recovered data.
SETTINGS = {"hot_standby": "off", "archive_mode": "off", "max_worker_processes": "0"}
ONLY_FOR_RECOVERY = ("restore_command", "recovery_target_action", "recovery_target_time", "recovery_target_lsn", "recovery_target_name")
LEFT_BY_BARMAN = ("barman_wal", ".barman-recover.info", "postgresql.auto.conf.origin", "postgresql.conf.origin")
FATAL = re.compile(r"(FATAL|PANIC): (?!.*not accepting connections|.*starting up)")
UNREACHED = "recovery ended before configured recovery target was reached"
POLL_SECONDS = 0.2


class Unreached(Failure):
    """The log ended before the target."""


class Recovery:
    """A server of the recovered database in an empty directory. No other program can reach it, and it is stopped at the
    end."""

    def __init__(self, barman: Barman, target: Facts, data: pathlib.Path, user: str, deadline: Deadline, settings: Mapping[str, str] | None = None) -> None:
        self._barman = barman
        self._target = target
        self._data = data
        self._deadline = deadline
        self._settings = {**(settings or {}), **SETTINGS, "hba_file": data / "pg_hba.conf"}
        self._cluster = Cluster(data, user, deadline)
        self.server = self._cluster.server

    def __enter__(self) -> Server:
        try:
            self._reach()
            return self.server
        except BaseException:
            self._cluster.stop()
            raise

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None:
                self._clean()
                self._cluster.halt(self._deadline)
        finally:
            self._cluster.stop()

    def _reach(self) -> None:
        """Tries each base backup that may lead to the target, the best one first."""
        self._assert_way()
        options = targets.candidates(self._barman.reachable(self._deadline), self._target)
        for backup in options:
            try:
                return self._recover(backup, self._target)
            except Unreached:
                if self._is_covered():
                    # The log has nothing after it, so its end is that moment.
                    return self._recover(backup, targets.LATEST)
                if backup is options[-1]:
                    raise

    def _recover(self, backup: Facts, target: Facts) -> None:
        self._cluster.halt()
        configuration.empty(self._data)
        server = self._barman.home / SERVER
        gone = wal.missing(wal.names_in(server), backup["first"], backup["segmentBytes"], timelines.turns_in(server))
        if gone and target == targets.LATEST:
            raise Failure(f"the log after base backup {backup['id']} has a gap: segment {gone[0]} is missing")
        self._barman.call("verify-backup", SERVER, backup["id"], deadline=self._deadline)
        self._fetch(backup, target)
        self._start()
        self._await_end(gone)
        if target == targets.LATEST:
            self._assert_complete()

    def _assert_way(self) -> None:
        """Refuses a wrong timeline. A recovery that does not find where the server went back silently restores the
        abandoned log."""
        timeline = (received_in(self._barman.home) or {}).get("timeline", 1)
        if not timelines.leads_to(self._barman.home / SERVER, timeline):
            raise Failure(
                f"the log was received on timeline {timeline}, and the file {timeline:08X}.history that leads there is missing. "
                "Restore from another repository or an older copy, or put the file back"
            )

    def _fetch(self, backup: Facts, target: Facts) -> None:
        words = [] if target == targets.LATEST else [f"--target-{target['kind']}", target["value"], "--target-action", "promote"]
        self._barman.call("restore", *words, "--get-wal", SERVER, backup["id"], str(self._data), deadline=self._deadline)
        for name in ("pg_wal", "pg_tblspc"):
            (self._data / name).mkdir(mode=0o700, exist_ok=True)
        (self._data / "pg_hba.conf").write_text(ACCESS, encoding="utf-8")

    def _start(self) -> None:
        fetch = shlex.join([*self._barman.words(), "get-wal", "--partial", SERVER])
        try:
            self._cluster.start(as_words({**self._settings, "restore_command": f"{fetch} %f > %p"}))
        except Failure:
            self._deadline.left()
            self._raise_reason([])

    def _await_end(self, gone: Sequence[str]) -> None:
        """Waits for the end; without a hot standby no query is possible before."""
        while not self._is_promoted():
            if not self._cluster.is_running():
                self._raise_reason(gone)
            self._deadline.left()
            time.sleep(POLL_SECONDS)

    def _raise_reason(self, gone: Sequence[str]) -> NoReturn:
        lines = self._cluster.said().splitlines()
        fatal = [line for line in lines if FATAL.search(line)]
        reason = last_words("\n".join(fatal[-3:] or lines[-5:]))
        hint = f"; segment {gone[0]} of it is missing" if gone else ""
        if UNREACHED in reason:
            raise Unreached(f"the log that was received ends before {targets.described(self._target)}{hint}")
        raise Failure(f"the recovery failed{hint}: {reason}")

    def _is_promoted(self) -> bool:
        try:
            return self.server.query("select pg_is_in_recovery()", self._deadline) == "f"
        except Failure:
            return False

    def _assert_complete(self) -> None:
        """Checks that the log was complete. A damaged segment ends a recovery silently, like the end of the log."""
        received = received_in(self._barman.home)
        if received is None:
            raise Failure("it is unknown up to where the log was received, so its end looks like damage; state a time")
        reached = self.server.query("select pg_last_wal_replay_lsn()", self._deadline)
        if wal.bytes_of(reached) < wal.bytes_of(received["lsn"]):
            raise Failure(
                f"the recovery ended at {reached}, but the log was received up to {received['lsn']}: a segment of it is damaged. "
                "Restore from another repository, or to a moment before"
            )

    def _is_covered(self) -> bool:
        received = received_in(self._barman.home)
        return received is not None and targets.is_within(self._target, received)

    def _clean(self) -> None:
        """Removes traces of the recovery before the next start."""
        for name in ONLY_FOR_RECOVERY:
            self.server.query(f"alter system reset {name}", self._deadline)
        for path in (*(self._data / name for name in LEFT_BY_BARMAN), *self._data.glob("backup_manifest.*")):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def received_in(home: pathlib.Path) -> Any:
    file = home / RECEIVED
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else None
