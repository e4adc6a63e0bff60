"""One place that backups go to, through restic: encrypted, and published only when whole."""

import json
import os
import shutil

from . import configuration
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

    def open(self, deadline):
        """Makes the repository where there never was one; one that has gone is no reason to begin anew in silence."""
        try:
            found = json.loads(self.restic(["cat", "config"], deadline))["id"]
        except Failure as failure:
            if "wrong password" in str(failure):
                raise Failure(
                    f"repository {self.name} does not open with its key: {failure}. Put the key back that it was made "
                    "with, or point `to` to an empty place"
                ) from None
            if self._known.exists() or not says_missing(str(failure)):
                raise Failure(f"repository {self.name} cannot be reached: {failure}") from None
            self.restic(["init"], deadline)
            found = json.loads(self.restic(["cat", "config"], deadline))["id"]
        known = self._known.read_text(encoding="utf-8") if self._known.exists() else found
        if known != found:
            raise Failure(
                f"repository {self.name} is another one than before ({found[:8]}, not {known[:8]}): the place was emptied or "
                f"exchanged. If that was meant, remove {self._known} in the backup container"
            )
        configuration.write_whole(self._known, found)
        # All users of it are ours, one at a time; what is locked was left behind.
        self.restic(["unlock", "--remove-all"], deadline)

    def save(self, directory, tag, deadline):
        """One snapshot of a directory; it appears only when all of it is stored. Returns its id."""
        words = ["backup", "--json", "--host", self._host, "--tag", tag, str(directory)]
        for line in self.restic(words, deadline).splitlines():
            message = json.loads(line)
            if message.get("message_type") == "summary":
                return message["snapshot_id"], message.get("data_added", 0)
        raise Failure(f"restic said nothing of a snapshot in repository {self.name}")

    def forget(self, tag, deadline):
        """Applies the retention. The newest snapshot always stays: nothing is forgotten without a rule that keeps it."""
        if not self.retention:
            return
        self.restic(
            ["forget", "--host", self._host, "--tag", tag, "--group-by", "host,tags", *self.retention, "--prune", "--quiet"],
            deadline,
        )

    def snapshots(self, tag, deadline):
        """All snapshots of a kind, oldest first."""
        words = ["snapshots", "--json", "--no-lock", "--host", self._host, "--tag", tag]
        return sorted(json.loads(self.restic(words, deadline)) or [], key=lambda one: one["time"])

    def fetch(self, snapshot, path, target, tag, deadline):
        """Restores the directory that a snapshot is of as a new one, every byte checked."""
        draft = target.with_name(f".{target.name}.fetched")
        shutil.rmtree(draft, ignore_errors=True)
        try:
            filters = ["--host", self._host, "--tag", tag]
            self.restic(["restore", snapshot, *filters, "--no-lock", "--target", str(draft), "--verify"], deadline)
            os.rename(draft / path.relative_to("/"), target)
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def check(self, part, parts, deadline):
        """Reads one part of all data, so that each byte is read once in as many checks as there are parts."""
        self.restic(["check", f"--read-data-subset={part}/{parts}", "--quiet"], deadline)

    def size(self, deadline):
        """Bytes stored."""
        return json.loads(self.restic(["stats", "--no-lock", "--mode", "raw-data", "--json"], deadline))["total_size"]


def says_missing(text):
    text = text.lower()
    return (
        "is there a repository at the following location" in text
        or "repository does not exist" in text
        or "unable to open config file" in text
    )
