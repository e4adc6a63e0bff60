"""The configuration from the program: data to save, destinations, and schedules."""

import contextlib
import json
import os
import pathlib
from collections.abc import Iterator

from . import files, redaction
from .settings import Settings, checked

PATH = "/etc/docker-constructs/backup.json"
STATE = pathlib.Path(os.environ.get("BACKUP_STATE", "/state"))
SPOOL = pathlib.Path(os.environ.get("BACKUP_SPOOL", "/spool"))
# In memory, and gone with the container.
OWN = pathlib.Path(os.environ.get("BACKUP_OWN", "/tmp/own"))
SCRATCH = pathlib.Path(os.environ.get("BACKUP_SCRATCH", "/scratch"))


def load(path: str | None = None) -> Settings:
    with open(path or os.environ.get("BACKUP_CONFIGURATION", PATH), encoding="utf-8") as file:
        settings = checked(json.load(file), file.name)
    for one in secrets_in(settings):
        # Its user reports a missing one.
        with contextlib.suppress(OSError):
            read_secret(one)
    return settings


def secrets_in(settings: Settings) -> Iterator[str]:
    """Returns the paths of files with secrets."""
    for place in settings.get("repositories", []):
        kept = [one["secret"] for one in place.get("files", {}).values() if "secret" in one]
        yield from [place["password"], *place.get("secrets", {}).values(), *kept]
    email = settings.get("email")
    yield from (path for path in (settings.get("webhook"), email and email.get("password")) if path)


def read_secret(path: str) -> str:
    """Returns the value of a secret's file as programs expect it: without the line end. Later messages never contain
    it."""
    with open(path, encoding="utf-8") as file:
        value = file.read().rstrip("\n")
    redaction.learn(value)
    return value


def write_whole(path: pathlib.Path, text: str) -> None:
    """Writes a file in one step: a reader sees the old text or the new one, even after a crash."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with open(draft, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def empty(directory: pathlib.Path) -> None:
    """Removes the content of a directory, but not the directory, which may be a mount."""
    for path in directory.iterdir():
        files.remove(path)


def write_own(path: pathlib.Path, text: str) -> None:
    """Writes a file that no other user may read, as ssh requires for keys."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(draft, path)
