"""One place that backups go to, through restic: encrypted, and published only when whole."""

import contextlib
import json
import os
import shutil

from . import configuration, locks
from .failure import Failure
from .processes import run


class Repository:
    """A repository as the configuration names it."""

    def __init__(self, settings, host):
        self.name = settings["name"]
        self.retention = settings.get("retention", [])
        self._settings = settings
        self._host = host
        self._known = configuration.STATE / "repositories" / self.name

    def environment(self):
        secrets = {key: configuration.read_secret(path) for key, path in self._settings.get("secrets", {}).items()}
        url = self._settings["url"]
        for key, value in secrets.items():
            url = url.replace("{" + key + "}", value)
        return {
            "RESTIC_REPOSITORY": url,
            "RESTIC_PASSWORD_FILE": self._settings["password"],
            "RESTIC_CACHE_DIR": str(configuration.STATE / "cache"),
            "RESTIC_PROGRESS_FPS": "0",
            **secrets,
        }

    def restic(self, words, deadline, accept=(0,)):
        words = ["restic", *self._settings.get("options", []), *words]
        return run(words, deadline, env=self.environment(), accept=accept)

    @contextlib.contextmanager
    def opened(self, deadline):
        """For whoever writes: alone in it until the end, and sure that it is the one of before."""
        with locks.in_turn(f"repository-{self.name}", deadline):
            self._recognize(self._id(deadline))
            # All users of it are ours, one at a time; what is locked was left behind.
            self.restic(["unlock", "--remove-all"], deadline)
            yield

    def _id(self, deadline):
        """Makes the repository where there never was one; one that has gone is no reason to begin anew in silence."""
        # A lock that was left behind must not keep us from the place where it is removed.
        ask = ["cat", "config", "--no-lock"]
        try:
            return json.loads(self.restic(ask, deadline))["id"]
        except Failure as failure:
            if "wrong password" in str(failure):
                raise Failure(
                    f"does not open with its key: {failure}. Put the key back that it was made with, or point `to` to an "
                    "empty place"
                ) from None
            if self._known.exists() or not says_missing(str(failure)):
                raise Failure(f"cannot be reached: {failure}") from None
        self.restic(["init"], deadline)
        return json.loads(self.restic(ask, deadline))["id"]

    def _recognize(self, found):
        known = self._known.read_text(encoding="utf-8") if self._known.exists() else found
        if known != found:
            raise Failure(
                f"is another one than before ({found[:8]}, not {known[:8]}): the place was emptied or exchanged. If that was "
                f"meant, remove {self._known} in the backup container"
            )
        configuration.write_whole(self._known, found)

    def save(self, directory, tag, deadline):
        """One snapshot of a directory; it appears only when all of it is stored. Returns its id."""
        words = ["backup", "--json", "--host", self._host, "--tag", tag, str(directory)]
        for line in self.restic(words, deadline).splitlines():
            message = json.loads(line)
            if message.get("message_type") == "summary":
                return message["snapshot_id"], message.get("data_added", 0)
        raise Failure("restic said nothing of a snapshot")

    def forget(self, tag, rules, deadline):
        """Applies rules of retention. The newest snapshot always stays: nothing is forgotten without a rule that keeps it."""
        if not rules:
            return
        self.restic(
            ["forget", "--host", self._host, "--tag", tag, "--group-by", "host,tags", *rules, "--prune", "--quiet"],
            deadline,
        )

    def snapshots(self, tag, deadline):
        """All snapshots of a kind, oldest first."""
        words = ["snapshots", "--json", "--no-lock", "--host", self._host, "--tag", tag]
        return sorted(json.loads(self.restic(words, deadline)) or [], key=lambda one: one["time"])

    def newest(self, tag, deadline):
        """The newest snapshot of a kind."""
        snapshots = self.snapshots(tag, deadline)
        if not snapshots:
            raise Failure(f"has nothing of {tag}; look at the job that saves it")
        return snapshots[-1]

    def fetch(self, snapshot, path, target, tag, deadline, only=()):
        """Restores the directory that a snapshot is of as a new one, or some paths in it, every byte checked."""
        draft = target.with_name(f".{target.name}.fetched")
        shutil.rmtree(draft, ignore_errors=True)
        try:
            filters = ["--host", self._host, "--tag", tag, *(f"--include={path / one}" for one in only)]
            self.restic(["restore", snapshot, *filters, "--no-lock", "--target", str(draft), "--verify"], deadline)
            os.rename(draft / path.relative_to("/"), target)
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def check(self, part, parts, deadline):
        """Reads one part of all data, so that each byte is read once in as many checks as there are parts."""
        self.restic(["check", f"--read-data-subset={part}/{parts}", "--quiet"], deadline)

    def restored_size(self, snapshot, deadline):
        """Bytes that a snapshot brings back."""
        return json.loads(self.restic(["stats", snapshot, "--no-lock", "--mode", "restore-size", "--json"], deadline))["total_size"]

    def size(self, deadline):
        """Bytes stored."""
        return json.loads(self.restic(["stats", "--no-lock", "--mode", "raw-data", "--json"], deadline))["total_size"]


def of(settings):
    """The repositories of a configuration."""
    return [Repository(one, settings["host"]) for one in settings["repositories"]]


def named(name, settings):
    known = {place.name: place for place in of(settings)}
    if name not in known:
        raise Failure(f"there is no repository {name}; there are {', '.join(known)}")
    return known[name]


def for_each(places, action):
    """Does something with every one: a place that is down must not keep the others from getting theirs."""
    results, problems = [], []
    for place in places:
        try:
            results.append(action(place))
        except Failure as failure:
            problems.append(f"repository {place.name}: {failure}")
    if problems:
        raise Failure("; ".join(problems))
    return results


def says_missing(text):
    text = text.lower()
    return (
        "is there a repository at the following location" in text
        or "repository does not exist" in text
        or "unable to open config file" in text
    )
