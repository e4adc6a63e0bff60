"""Whether the archive belongs to the history of the running server: the log of another history must not continue it."""

import json
import pathlib
from collections.abc import Callable, Iterable

from . import wal
from .barman import HOME, SERVER
from .facts import Facts
from .postgres import Server
from .processes import Deadline

# A missing history is empty.
PRESENT = """
with now as (select pg_current_wal_flush_lsn() as lsn, substr(pg_walfile_name(pg_current_wal_flush_lsn()), 1, 8) as line)
select json_build_object(
    'system', (select system_identifier::text from pg_control_system()),
    'timeline', line,
    'lsn', lsn,
    'segmentBytes', (select setting::bigint from pg_settings where name = 'wal_segment_size'),
    'history', coalesce(pg_read_file('pg_wal/' || line || '.history', true), '')) from now
"""


def is_kept(server: Server, deadline: Deadline) -> bool:
    """Returns whether the server's log continues the end of the archive."""
    home = HOME / SERVER
    if not (home / "identity.json").exists():
        return True
    present = json.loads(server.query(PRESENT, deadline))
    system = json.loads((home / "identity.json").read_text(encoding="utf-8"))["systemid"]
    return str(system) == present["system"] and goes_on(wal.names_in(home), lambda line: history_in(home, line), present)


def goes_on(names: Iterable[str], history_of: Callable[[str], str], present: Facts) -> bool:
    """Returns whether a history continues the archive. A server that goes back starts a new timeline, and its history
    says where. The archive may end on the timeline of the server, before that position, or on one that the server comes
    from. A number alone proves nothing: two returns from one timeline give two different ones with the next number."""
    found = wal.numbers(names, present["segmentBytes"])
    if not found:
        return True
    last, timeline = max(found), int(present["timeline"], 16)
    if last == timeline and max(found[last]) * present["segmentBytes"] > wal.bytes_of(present["lsn"]):
        return False
    if last == 1:
        return True
    history = history_of(f"{last:08X}")
    return last <= timeline and history != "" and present["history"].startswith(history)


def history_in(home: pathlib.Path, timeline: str) -> str:
    for file in (home / "wals" / f"{timeline}.history", home / "streaming" / f"{timeline}.history"):
        if file.exists():
            return file.read_text(encoding="utf-8")
    return ""
