"""The dumps of a repository: which there are, and one of them brought here."""

import shutil

from . import configuration, dumps, repository
from .failure import Failure
from .progress import say
from .repository import stated_size


def listed(place, deadline):
    """What can be restored from a repository, oldest first."""
    return [
        {"repository": place.name, "kind": dumps.DUMP, "id": one["short_id"], "time": one["time"], "bytes": stated_size(one)}
        for one in place.snapshots(dumps.DUMP, deadline)
    ]


def chosen(place, snapshot, kind, deadline):
    """A backup of a kind by its id, or the newest one."""
    if snapshot == "latest":
        return repository.for_each([place], lambda one: one.newest(kind, deadline))[0]
    known = place.snapshots(kind, deadline)
    found = [one for one in known if one["id"].startswith(snapshot)]
    if len(found) != 1:
        raise Failure(f"repository {place.name} has {len(found)} backups {snapshot}; it has {', '.join(one['short_id'] for one in known) or 'none'}")
    return found[0]


def size_of(place, snapshot, deadline):
    """Bytes of the files of a dump; what is made of them is hardly ever smaller."""
    return stated_size(snapshot) or place.restored_size(snapshot["id"], deadline)


class Fetched:
    """The files of a dump, every byte checked, for as long as they are needed."""

    def __init__(self, settings, place, snapshot, deadline):
        self._arguments = (settings, place.name, snapshot)
        self._deadline = deadline
        self._directory = configuration.SCRATCH / dumps.DUMP

    def __enter__(self):
        configuration.empty(configuration.SCRATCH)
        say(f"fetching dump {self._arguments[2]} from {self._arguments[1]}")
        dumps.extract(*self._arguments, self._directory, self._deadline)
        return self._directory

    def __exit__(self, *_):
        shutil.rmtree(self._directory, ignore_errors=True)
