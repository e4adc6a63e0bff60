"""Dumps: taken, verified and published; and restored."""

import pathlib
import shutil

from . import configuration, dumping, postgres, proof, repository, sums
from .facts import Facts
from .processes import Deadline
from .repository import Repository
from .settings import Settings
from .several import side_by_side

DUMP = "dump"


def take(settings: Settings, deadline: Deadline) -> Facts:
    """Takes a dump, verifies that it can be read, and only then publishes it to every repository."""
    directory = configuration.SPOOL / DUMP
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)

    def publish(place: Repository) -> None:
        with place.opened(deadline):
            saved = place.save([directory], DUMP, deadline)
            place.forget(DUMP, place.retention, saved["snapshot_id"], deadline)

    try:
        databases = dumping.dump(postgres.of(settings), settings["postgres"].get("databases"), directory, deadline)
        size = sum(path.stat().st_size for path in directory.iterdir())
        side_by_side(repository.of(settings), publish)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    return {"databases": len(databases), "bytes": size, "stored": repository.size(settings, deadline)}


def prove(settings: Settings, deadline: Deadline) -> Facts:
    """Fetches the newest dump of each repository and restores it in a container without a network."""
    return proof.prove(settings, DUMP, fetch, "the dump of {time}", deadline, superuser=settings["postgres"]["user"])


def fetch(place: Repository, snapshot: str, target: pathlib.Path, deadline: Deadline) -> None:
    """Fetches a dump as a directory, every byte as it was saved."""
    place.fetch(snapshot, configuration.SPOOL / DUMP, target, DUMP, deadline)


def extract(settings: Settings, name: str, snapshot: str, target: pathlib.Path, deadline: Deadline) -> None:
    """Brings a dump into a directory that is made for it."""
    fetch(repository.named(name, settings), snapshot, target, deadline)
    sums.check(target)
