"""The list of contents of a dump, read from the file itself: there names are data, and no text is parsed."""

import pathlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from .failure import Failure

MAGIC = b"PGDMP"
CUSTOM = 1
# Versions of the format that pg_dump 12 to 18 write.
OLDEST, NEWEST = (1, 14), (1, 16)
PRE_DATA, DATA, POST_DATA = 2, 3, 4

# Number and catalog identity, name, kind as in "TABLE DATA", section, the statement, schema, owner, numbers that it
# depends on.
class Entry(NamedTuple):
    number: int
    catalog: int
    oid: int
    name: str
    kind: str
    section: int
    statement: str
    schema: str
    owner: str
    needs: tuple[int, ...]


def entries(path: pathlib.Path) -> list[Entry]:
    """Returns all entries of a dump of the custom format, in the order in which they can be restored."""
    with open(path, "rb") as file:
        try:
            return list(Reader(file).read())
        except (ValueError, UnicodeDecodeError) as error:
            raise Failure(f"{path.name} has no list of contents that can be read: {error}") from None


class Reader:
    """The format of pg_dump's header and list of contents."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def read(self) -> Iterator[Entry]:
        if self._bytes(5) != MAGIC:
            raise ValueError("it is not a dump of the custom format")
        version = tuple(self._bytes(3)[:2])
        if not OLDEST <= version <= NEWEST:
            raise ValueError(f"its format is {version[0]}.{version[1]}, and this program knows {OLDEST[0]}.{OLDEST[1]} to {NEWEST[0]}.{NEWEST[1]}")
        self._integer_size, self._offset_size, kind = self._bytes(3)
        if kind != CUSTOM:
            raise ValueError("it is not a dump of the custom format")
        self._skip_header(version)
        for _ in range(self._integer()):
            yield self._entry(version)

    def _skip_header(self, version: tuple[int, ...]) -> None:
        # Compression, time, and three versions and names.
        if version >= (1, 15):
            self._bytes(1)
        else:
            self._integer()
        for _ in range(7):
            self._integer()
        for _ in range(3):
            self._text()

    def _entry(self, version: tuple[int, ...]) -> Entry:
        number, _ = self._integer(), self._integer()
        catalog, oid = self._number(), self._number()
        name, kind, section = self._text(), self._text(), self._integer()
        statement, _, _, schema, _, _ = (self._text() for _ in range(6))
        if version >= (1, 16):
            self._integer()
        owner, _ = self._text(), self._text()
        needs = tuple(map(int, iter(self._text, None)))
        self._bytes(1 + self._offset_size)
        return Entry(number, catalog, oid, name or "", kind or "", section, statement or "", schema or "", owner or "", needs)

    def _bytes(self, count: int) -> bytes:
        found = self._file.read(count)
        if len(found) != count:
            raise ValueError("it ends in the middle")
        return found

    def _integer(self) -> int:
        sign = self._bytes(1)[0]
        value = int.from_bytes(self._bytes(self._integer_size), "little")
        return -value if sign else value

    def _number(self) -> int:
        return int(self._text() or "")

    def _text(self) -> str | None:
        size = self._integer()
        return None if size < 0 else self._bytes(size).decode()
