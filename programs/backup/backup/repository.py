"""One destination of backups, through restic: encrypted, and published only when complete."""

import contextlib
import json
import os
import pathlib
import shlex
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from . import addresses, configuration, files, locks, restic
from .facts import Facts
from .failure import Failure, Withheld
from .processes import Deadline, end_of, run
from .settings import Repository as Place, Settings
from .several import side_by_side

# Difference between two hosts, one of which restores the backups of the other.
CLOCKS_DIFFER_SECONDS = 3_600

# Timeout of the check that a repository is reachable.
ANSWER_SECONDS = 60

# Number of snapshot ids that a reader still reads.
MOST_SHOWN = 20

LOCKED = "unable to create lock"

SSH_COMMAND = "sftp.command="
SSH_FAILED = "unable to start the sftp session"


class Repository:
    """A repository in the configuration."""

    def __init__(self, settings: Place, host: str) -> None:
        self.name = settings["name"]
        self.retention = settings.get("retention", [])
        self._settings = settings
        self._host = host
        self._known = configuration.STATE / "repositories" / self.name

    def environment(self) -> dict[str, str]:
        secrets = {key: configuration.read_secret(path) for key, path in self._settings.get("secrets", {}).items()}
        plain = self._settings.get("environment", {})
        return {
            "RESTIC_REPOSITORY": addresses.address_of(self._settings["url"], plain, secrets),
            "RESTIC_PASSWORD_FILE": self._settings["password"],
            "RESTIC_CACHE_DIR": str(configuration.STATE / "cache"),
            "RESTIC_PROGRESS_FPS": "0",
            **plain,
            **secrets,
        }

    def _options(self) -> list[str]:
        """Returns the options with the paths of files for restic's helpers, which are written again."""
        options = self._settings.get("options", [])
        for key, content in self._settings.get("files", {}).items():
            path = configuration.OWN / self.name / key
            text = content["text"] if "text" in content else configuration.read_secret(content["secret"])
            configuration.write_own(path, f"{text.rstrip()}\n")
            options = [word.replace("{" + key + "}", str(path)) for word in options]
        return options

    def restic(self, words: Sequence[str], deadline: Deadline) -> str:
        ended = self._call(words, deadline)
        if ended[0] == 0:
            return ended[1]
        raise self._failure(words[0], ended, deadline)

    def _failure(self, command: str, ended: tuple[int, str, str], deadline: Deadline) -> Failure:
        code, output, errors = ended
        hint = f"; {ssh_says(self._options(), deadline)}" if SSH_FAILED in errors else ""
        words = restic.told(errors or output, os.path.basename(self._settings["password"]))
        return Failure(f"restic {command} ended with {code}: {words}{hint}")

    def _call(self, words: Sequence[str], deadline: Deadline) -> tuple[int, str, str]:
        """Calls restic. A lock is left by a killed job: all users of it belong to this program, and they take turns."""
        environment, options = self.environment(), self._options()
        command, *rest = words
        ended = end_of(["restic", command, *options, *rest], deadline, environment)
        if ended[0] == 0 or LOCKED not in ended[2]:
            return ended
        end_of(["restic", "unlock", *options, "--remove-all"], deadline, environment)
        return end_of(["restic", command, *options, *rest], deadline, environment)

    @contextlib.contextmanager
    def opened(self, deadline: Deadline) -> Iterator[None]:
        """Opens the repository for a writer: without others until the end, and only if it is still the same
        repository."""
        with locks.in_turn(f"repository-{self.name}", deadline):
            self._recognize(self._id(deadline))
            yield

    def _id(self, deadline: Deadline) -> str:
        """Makes the repository if it never existed. A lost one is not re-initialized silently."""
        ask = ["cat", "config", "--no-lock"]
        try:
            return str(json.loads(self._answer(ask, deadline))["id"])
        except Failure as failure:
            if restic.WRONG_KEY in str(failure):
                raise Failure(f"does not open with its key: {failure}, or point `to` to an empty place") from None
            if self._known.exists() or not restic.is_missing(str(failure)):
                raise Failure(f"cannot be reached: {failure}") from None
        self.restic(["init"], deadline)
        return str(json.loads(self.restic(ask, deadline))["id"])

    def _answer(self, words: Sequence[str], deadline: Deadline) -> str:
        """Returns restic's answer within a timeout: by itself it retries for a quarter of an hour to reach a place that
        is down."""
        limit = Deadline(min(ANSWER_SECONDS, deadline.left()))
        try:
            return self.restic(words, limit)
        except Failure:
            if limit.is_over() and not deadline.is_over():
                raise Failure(f"did not answer in {ANSWER_SECONDS} seconds; is it up, and can it be reached from here?") from None
            raise

    def reach(self, deadline: Deadline) -> None:
        """Refuses an unreachable place before the long work starts."""
        self._answer(["cat", "config", "--no-lock"], deadline)

    def _recognize(self, found: str) -> None:
        known = self._known.read_text(encoding="utf-8") if self._known.exists() else found
        if known != found:
            raise Failure(
                f"is another one than before ({found[:8]}, not {known[:8]}): the place was emptied or exchanged. If that was "
                f"meant, remove {self._known} in the backup container"
            )
        configuration.write_whole(self._known, found)

    def save(self, paths: Iterable[pathlib.Path], tag: str, deadline: Deadline) -> Facts:
        """Saves one snapshot of some paths. It appears only when all of it is stored, and is removed when a file could
        not be read. Returns restic's summary of it."""
        words = ["backup", "--json", "--host", self._host, "--tag", tag]
        ended = self._call([*words, *map(str, paths)], deadline)
        summary = summary_of(ended[1])
        if ended[0] == 0 and summary:
            return summary
        if summary:
            self.restic(["forget", summary["snapshot_id"]], deadline)
        raise self._failure("backup", ended, deadline)

    def forget(self, tag: str, rules: Sequence[str], saved: str, deadline: Deadline) -> None:
        """Applies rules of retention, which keep the newest backups. Backups of a clock that was ahead look newer than
        the one just saved, for a restore as well. Nothing is removed until a person has removed them."""
        if not rules:
            return
        words = ["forget", "--host", self._host, "--tag", tag, "--group-by", "host,tags", *rules]
        groups = json.loads(self.restic([*words, "--dry-run", "--no-lock", "--json"], deadline))
        known = by_time(one for group in groups for part in ("keep", "remove") for one in group[part] or [])
        ids = [one["id"] for one in known]
        at = next((number for number, one in enumerate(ids) if one.startswith(saved)), None)
        if at is None:
            raise Failure(f"does not list the backup {saved} that it just got, so nothing is forgotten; look at it with `check`")
        newer = known[at + 1 :]
        if newer:
            raise Withheld(self._advice(newer))
        self.restic([*words, "--prune", "--quiet"], deadline)

    def _advice(self, newer: Sequence[Facts]) -> str:
        run_restic = f"python3 -m backup restic {self.name}"
        ids = " ".join(one["short_id"] for one in newer[:MOST_SHOWN])
        others = f", and so on: `{run_restic} snapshots` lists all" if len(newer) > MOST_SHOWN else ""
        return (
            f"got its backup, but nothing is forgotten: those that claim to be newer are {len(newer)}, from {newer[0]['time'][:19]} to "
            f"{newer[-1]['time'][:19]}, so a clock was ahead. Set the clock right, and remove them once there are enough others: "
            f"`{run_restic} forget {ids}`{others}"
        )

    def snapshots(self, tag: str, deadline: Deadline) -> list[Facts]:
        """Returns all snapshots of a kind, oldest first."""
        words = ["snapshots", "--json", "--no-lock", "--host", self._host, "--tag", tag]
        return by_time(json.loads(self.restic(words, deadline)) or [])

    def newest(self, tag: str, deadline: Deadline) -> Facts:
        """Returns the newest snapshot of a kind."""
        self.reach(deadline)
        snapshots = self.snapshots(tag, deadline)
        if not snapshots:
            raise Failure(f"has nothing of {tag}; look at the job that saves it")
        return newest_of(snapshots)

    def fetch(self, snapshot: str, path: pathlib.Path, target: pathlib.Path, tag: str, deadline: Deadline, only: Iterable[pathlib.Path] = ()) -> None:
        """Restores the directory of a snapshot as a new one, or some paths in it, and checks every byte."""
        draft = target.with_name(f".{target.name}.fetched")
        files.remove(draft)
        try:
            filters = ["--host", self._host, "--tag", tag, *(f"--include={one}" for one in only)]
            self.restic(["restore", snapshot, *filters, "--no-lock", "--target", str(draft), "--verify"], deadline)
            os.rename(draft / path.relative_to("/"), target)
        finally:
            files.remove(draft)

    def check(self, part: int, parts: int, deadline: Deadline) -> None:
        """Reads one part of all data, so that each byte is read once in as many checks as there are parts."""
        self.restic(["check", f"--read-data-subset={part}/{parts}", "--quiet"], deadline)

    def restored_size(self, snapshot: str, deadline: Deadline) -> int:
        """Returns the bytes that a restore of a snapshot writes."""
        return self._total_size(deadline, snapshot, "--mode", "restore-size")

    def size(self, deadline: Deadline) -> int:
        """Returns the stored bytes."""
        return self._total_size(deadline, "--mode", "raw-data")

    def _total_size(self, deadline: Deadline, *words: str) -> int:
        return int(json.loads(self.restic(["stats", *words, "--no-lock", "--json"], deadline))["total_size"])


def summary_of(output: str) -> Facts | None:
    """Returns restic's last summary of a snapshot that it made; empty if it made none."""
    messages = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    return next((one for one in messages if one.get("message_type") == "summary"), None)


def ssh_says(options: Iterable[str], deadline: Deadline) -> str:
    """Returns ssh's reason for a failed session: restic ends before it has forwarded all of ssh's output."""
    commands = [word.removeprefix(SSH_COMMAND) for word in options if word.startswith(SSH_COMMAND)]
    try:
        for command in commands:
            run(shlex.split(command), deadline, text="")
    except Failure as failure:
        return str(failure)
    return "a moment later it could; try again"


def by_time(snapshots: Iterable[Facts]) -> list[Facts]:
    """Sorts snapshots, oldest first."""
    return sorted(snapshots, key=moment_of)


def moment_of(snapshot: Facts) -> float:
    return datetime.fromisoformat(snapshot["time"]).timestamp()


def newest_of(snapshots: Sequence[Facts]) -> Facts:
    """Returns the newest snapshot. One with a future time is not as new as it claims."""
    limit = time.time() + CLOCKS_DIFFER_SECONDS
    return ([one for one in snapshots if moment_of(one) <= limit] or snapshots)[-1]


def stated_size(snapshot: Facts) -> Any:
    """Returns the saved bytes, if restic states them."""
    return snapshot.get("summary", {}).get("total_bytes_processed")


def of(settings: Settings) -> list[Repository]:
    """Returns the repositories of a configuration."""
    return [Repository(one, settings["host"]) for one in settings["repositories"]]


def named(name: str, settings: Settings) -> Repository:
    known = {place.name: place for place in of(settings)}
    if name not in known:
        raise Failure(f"there is no repository {name}; there are {', '.join(known)}")
    return known[name]


def size(settings: Settings, deadline: Deadline) -> int:
    """Returns the stored bytes in all of them."""
    return sum(side_by_side(of(settings), lambda place: place.size(deadline)))
