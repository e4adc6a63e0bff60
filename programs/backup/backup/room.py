"""Whether there is space for a restore."""

import os
import pathlib
import shutil
from collections.abc import Iterable

from . import configuration
from .barman import HOME
from .failure import Failure

# Size of a segment of the log; nothing here works for long with less.
LEAST_FREE = 16 * 1024 * 1024


def refuse_full(where: str, free: int, needed: int) -> None:
    if free < needed:
        raise Failure(f"{where} has {megabytes(free)} free, and at least {megabytes(needed)} are needed; make room, or add a disk")


def refuse_little(target: pathlib.Path, kept: int, fetched: int) -> None:
    """Refuses too little space for the data in a new volume, and for the files that are fetched for it: both may be on
    one disk."""
    place = existing(target)
    is_shared = os.stat(configuration.SCRATCH).st_dev == os.stat(place).st_dev
    refuse_full("the new volume", shutil.disk_usage(place).free, kept + (fetched if is_shared else 0))
    refuse_full("the engine's own disk", shutil.disk_usage(configuration.SCRATCH).free, fetched)


def existing(path: pathlib.Path) -> pathlib.Path:
    """Returns the path, or the nearest existing folder above it."""
    return path if path.exists() else existing(path.parent)


def megabytes(size: int) -> str:
    return f"{-(-size // 1_000_000)} MB"


def full_disks(places: Iterable[pathlib.Path] = (HOME, configuration.SPOOL, configuration.SCRATCH, configuration.STATE)) -> list[str]:
    """Returns the full disks, in words; errors on a full disk do not always say so."""
    paths: dict[int, list[pathlib.Path]] = {}
    for path in places:
        if path.exists() and shutil.disk_usage(path).free < LEAST_FREE:
            paths.setdefault(os.stat(path).st_dev, []).append(path)
    return [
        f"{', '.join(map(str, those))} is full: {megabytes(shutil.disk_usage(those[0]).free)} are free; make room on the disk of that volume"
        for those in paths.values()
    ]
