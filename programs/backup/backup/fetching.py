"""The dumps of a repository: lists them, and fetches one."""


from . import configuration, dumps, repository
from .facts import Facts
from .failure import Failure
from .processes import Deadline
from .progress import say
from .repository import Repository, stated_size
from .settings import Settings
from .several import for_each


def listed(place: Repository, deadline: Deadline) -> list[Facts]:
    """Returns the restorable dumps of a repository, oldest first."""
    return [
        {"repository": place.name, "kind": dumps.DUMP, "id": one["short_id"], "time": one["time"], "bytes": stated_size(one)}
        for one in place.snapshots(dumps.DUMP, deadline)
    ]


def chosen(place: Repository, snapshot: str, kind: str, deadline: Deadline) -> Facts:
    """A backup of a kind by its id, or the newest one."""
    if snapshot == "latest":
        return for_each([place], lambda one: one.newest(kind, deadline))[0]
    known = place.snapshots(kind, deadline)
    found = [one for one in known if one["id"].startswith(snapshot)]
    if len(found) != 1:
        raise Failure(f"repository {place.name} has {len(found)} backups {snapshot}; it has {', '.join(one['short_id'] for one in known) or 'none'}")
    return found[0]


def size_of(place: Repository, snapshot: Facts, deadline: Deadline) -> int:
    """Returns the bytes of the files of a dump; the restored data is rarely smaller."""
    return stated_size(snapshot) or place.restored_size(snapshot["id"], deadline)


def fetch(settings: Settings, place: Repository, snapshot: str, deadline: Deadline) -> Facts:
    """Fetches the files of a dump to the place where they are loaded, and checks every byte."""
    found = chosen(place, snapshot, dumps.DUMP, deadline)
    say(f"fetching dump {found['short_id']} from {place.name}")
    dumps.extract(settings, place.name, found["id"], configuration.SCRATCH / dumps.DUMP, deadline)
    return {"id": found["short_id"], "time": found["time"]}
