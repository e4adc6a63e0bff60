"""The write-ahead log: positions in it, names of its segments, and what is missing between them."""

import re

NAME = re.compile(r"([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})(?:\.partial)?")


def bytes_of(position):
    """A position such as 0/3000060 as a number of bytes."""
    high, low = position.split("/")
    return int(high, 16) << 32 | int(low, 16)


def numbers(names, segment_bytes):
    """The numbers of segments by their timeline."""
    found = {}
    for name in names:
        match = NAME.fullmatch(name)
        if match:
            timeline, high, low = (int(part, 16) for part in match.groups())
            found.setdefault(timeline, set()).add(high * (2**32 // segment_bytes) + low)
    return found


def name_of(timeline, number, segment_bytes):
    high, low = divmod(number, 2**32 // segment_bytes)
    return f"{timeline:08X}{high:08X}{low:08X}"


def missing(names, first, segment_bytes):
    """Segments that are not there between a first one and the newest of its timeline."""
    ((timeline, (start,)),) = numbers([first], segment_bytes).items()
    found = numbers(names, segment_bytes).get(timeline, set())
    expected = range(start, max({start, *found}) + 1)
    return [name_of(timeline, number, segment_bytes) for number in expected if number not in found]


def names_in(home):
    """Names of the segments of a Barman server's directory, the one that is being written included."""
    return sorted(path.name for path in [*home.glob("wals/*/*"), *home.glob("streaming/*")])
