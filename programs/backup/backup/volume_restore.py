"""A whole volume from a backup of its files."""

import os
import pathlib
import shutil
import uuid

from . import files
from .facts import Facts
from .failure import Failure
from .fetching import chosen
from .processes import Deadline
from .progress import say
from .repository import Repository
from .room import refuse_full
from .volumes import FILES, fetch


# An ext4 file system makes it in each volume of its own.
LOST = "lost+found"


def check(place: Repository, snapshot: str, target: pathlib.Path, deadline: Deadline) -> Facts:
    """Checks for obstacles to a restore into a volume, before anything is changed for it."""
    if contents_of(target):
        raise Failure("the volume is not empty; restore into a new one")
    found = chosen(place, snapshot, FILES, deadline)
    size = place.restored_size(found["id"], deadline)
    free = shutil.disk_usage(target).free
    refuse_full("the new volume", free, size)
    return {"id": found["short_id"], "time": found["time"], "bytes": size, "free": free}


def whole(place: Repository, snapshot: str, target: pathlib.Path, deadline: Deadline) -> Facts:
    """Restores a backup into an empty volume with the former owners, and checks every byte."""
    found = check(place, snapshot, target, deadline)
    draft = target / f".restoring-{uuid.uuid4().hex}"
    try:
        say(f"fetching backup {found['id']} from {place.name}")
        fetch(place, found["id"], draft, deadline)
        say("comparing each file with what was saved")
        count = files.check(draft)
        files.check_rights(draft)
        move_up(draft / files.DATA, target)
        files.remove(draft)
    except BaseException:
        for path in contents_of(target):
            files.remove(path)
        raise
    return {**found, "files": count}


def contents_of(target: pathlib.Path) -> list[pathlib.Path]:
    """Returns the content that a user has put there."""
    return [path for path in target.iterdir() if path.name != LOST or not path.is_dir() or any(path.iterdir())]


def move_up(data: pathlib.Path, target: pathlib.Path) -> None:
    """Moves the content up, and gives the volume itself to its former owner."""
    owner = data.stat()
    for path in data.iterdir():
        os.rename(path, target / path.name)
    os.chown(target, owner.st_uid, owner.st_gid)
    shutil.copystat(data, target)
