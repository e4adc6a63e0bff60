"""The write-ahead log: positions in it, names of its segments, and missing ones."""

import pathlib
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .timelines import Turn

NAME = re.compile(r"([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})(?:\.partial)?")


def bytes_of(position: str) -> int:
    """Returns a position such as 0/3000060 as a number of bytes."""
    high, low = position.split("/")
    return int(high, 16) << 32 | int(low, 16)


def numbers(names: Iterable[str], segment_bytes: int) -> dict[int, set[int]]:
    """Returns the numbers of segments by their timeline."""
    found: dict[int, set[int]] = {}
    for name in names:
        match = NAME.fullmatch(name)
        if match:
            timeline, high, low = (int(part, 16) for part in match.groups())
            found.setdefault(timeline, set()).add(high * (2**32 // segment_bytes) + low)
    return found


def name_of(timeline: int, number: int, segment_bytes: int) -> str:
    high, low = divmod(number, 2**32 // segment_bytes)
    return f"{timeline:08X}{high:08X}{low:08X}"


def missing(names: Iterable[str], first: str, segment_bytes: int, turns: "Sequence[Turn]" = ()) -> list[str]:
    """Returns missing segments between the first one and the newest that its timeline led to, through its turns."""
    ((timeline, (start,)),) = numbers([first], segment_bytes).items()
    there = numbers(names, segment_bytes)
    gone = []
    for turn in (one for one in turns if one.timeline >= timeline):
        # The segment of the new timeline also has the content of the old one before the turn.
        end = bytes_of(turn.position) // segment_bytes
        gone += without(there, timeline, range(start, end), segment_bytes)
        timeline, start = turn.following, max(start, end)
    newest = max({start, *there.get(timeline, set())})
    return gone + without(there, timeline, range(start, newest + 1), segment_bytes)


def without(there: dict[int, set[int]], timeline: int, expected: Iterable[int], segment_bytes: int) -> list[str]:
    found = there.get(timeline, set())
    return [name_of(timeline, number, segment_bytes) for number in expected if number not in found]


def names_in(home: pathlib.Path) -> list[str]:
    """Returns names of the segments in a Barman server's directory, the current one included."""
    return sorted(path.name for path in [*home.glob("wals/*/*"), *home.glob("streaming/*")])
