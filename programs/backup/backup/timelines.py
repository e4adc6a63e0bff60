"""Positions where a server went back. Its log continues there as a new timeline, without the rest of the previous
one."""

import pathlib
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timezone
from typing import NamedTuple

from .facts import Facts
from .wal import bytes_of

LINE = re.compile(r"^(\d+)[ \t]+([0-9A-F]+/[0-9A-F]+)[ \t]*(.*)$", re.MULTILINE)
TO_THE_END = "no recovery target specified"
BEFORE = re.compile(r"^before (\d{4}-\d\d-\d\d \S+)$")

# The ended timeline, the new one, the position, what it excludes, and the time of that in seconds, or None.
class Turn(NamedTuple):
    timeline: int
    following: int
    position: str
    reason: str
    at: float | None


def turns_in(server: pathlib.Path) -> list[Turn]:
    """Returns the history of the newest timeline in a Barman server's directory, the oldest turn first."""
    files: dict[int, list[pathlib.Path]] = {}
    for path in [*server.glob("wals/*.history"), *server.glob("streaming/*.history")]:
        files.setdefault(int(path.stem, 16), []).append(path)
    if not files:
        return []
    newest = max(files)
    lines = LINE.findall(files[newest][0].read_text(encoding="utf-8"))
    following = [*(int(timeline) for timeline, *_ in lines[1:]), newest]
    return [Turn(int(line[0]), after, line[1], line[2], begun(files.get(after, []))) for line, after in zip(lines, following)]


def leads_to(server: pathlib.Path, timeline: int) -> bool:
    """Returns whether the history of a timeline is known; without it, a recovery follows the abandoned timeline."""
    name = f"{timeline:08X}.history"
    return timeline == 1 or any((server / place / name).exists() for place in ("wals", "streaming"))


def begun(places: Iterable[pathlib.Path]) -> float | None:
    """Returns whether a timeline has begun. A receiver gets its file as soon as the server starts it; another copy may
    be newer."""
    return min((file.stat().st_mtime for file in places), default=None)


def reachable(backups: Sequence[Facts], turns: Sequence[Turn]) -> list[Facts]:
    """Returns base backups that lead to the newest timeline; those after a turn do not."""
    ends = {turn.timeline: bytes_of(turn.position) for turn in turns}
    newest = {turn.following: float("inf") for turn in turns[-1:]}
    limits = {**newest, **ends}
    return [one for one in backups if not turns or bytes_of(one["lsn"]) <= limits.get(timeline_of(one), -1)]


def timeline_of(backup: Facts) -> int:
    return int(backup["first"][:8], 16)


def warning(turns: Iterable[Turn], seconds: float) -> str | None:
    """Returns a warning for a time between a moment that the server went back to, and the time when it did so."""
    return next((text_of(turn) for turn in turns if is_within(turn, seconds)), None)


def is_within(turn: Turn, seconds: float) -> bool:
    if turn.at is None or turn.reason == TO_THE_END or seconds >= turn.at:
        return False
    before = BEFORE.match(turn.reason)
    return before is None or seconds >= moment_of(before.group(1))


def text_of(turn: Turn) -> str:
    before = BEFORE.match(turn.reason)
    if before:
        moment, brings = f"before {shown(moment_of(before.group(1)))}", "so this time brings that state"
    else:
        moment, brings = f"position {turn.position} of the log", "so a time between brings that state"
    return (
        f"NOTE: at {shown(turn.at or 0)} the database went back to {moment}. What it wrote from there until then is not in the log any "
        f"more, but in the previous volume, {brings}"
    )


def moment_of(text: str) -> float:
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=timezone.utc)).timestamp()


def shown(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%d %H:%M:%S UTC")
