"""Reads the content of the repositories, so that damage is found before a restore."""


from . import repository
from .facts import Facts
from .processes import Deadline
from .record import Record
from .repository import Repository
from .settings import Settings
from .several import side_by_side

PARTS = 12


def read(settings: Settings, deadline: Deadline) -> Facts:
    """Reads a twelfth of each repository, a different one each time."""
    count = int(Record("check").read().get("count", 0))

    def read_part(place: Repository) -> None:
        with place.opened(deadline):
            place.check(count % PARTS + 1, PARTS, deadline)

    side_by_side(repository.of(settings), read_part)
    return {"count": count + 1}
