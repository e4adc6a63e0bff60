"""A whole volume from a backup of its files."""

import os
import shutil

from . import configuration, files
from .failure import Failure
from .fetching import chosen
from .jobs import say
from .room import refuse_full
from .volumes import FILES, fetch


def check(place, snapshot, target, deadline):
    """What stands in the way of a restore into a volume, found before anything is changed for it."""
    if any(target.iterdir()):
        raise Failure("the volume is not empty; restore into a new one")
    found = chosen(place, snapshot, FILES, deadline)
    size = place.restored_size(found["id"], deadline)
    free = shutil.disk_usage(target).free
    refuse_full("the new volume", free, size)
    return {"id": found["short_id"], "time": found["time"], "bytes": size, "free": free}


def whole(_settings, place, snapshot, target, _words, deadline):
    """Restores a backup into an empty volume, every byte checked, as whom everything belonged to."""
    found = check(place, snapshot, target, deadline)
    draft = target / ".restoring"
    try:
        say(f"fetching backup {found['id']} from {place.name}")
        fetch(place, found["id"], draft, deadline)
        say("comparing each file with what was saved")
        count = files.check(draft)
        move_up(draft / files.DATA, target)
        files.remove(draft)
    except BaseException:
        configuration.empty(target)
        raise
    return {**found, "files": count}


def move_up(data, target):
    """The volume itself belongs to whom it belonged to."""
    owner = data.stat()
    for path in data.iterdir():
        os.rename(path, target / path.name)
    os.chown(target, owner.st_uid, owner.st_gid)
    shutil.copystat(data, target)
