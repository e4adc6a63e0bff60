"""Ends sessions that wait too long for a lock, and reports the holder: a consumer could keep a lock forever."""

import contextlib
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from .facts import Facts
from .failure import Failure
from .names import shown
from .postgres import LOCK_SECONDS, Server
from .processes import Deadline
from .progress import say

POLL_SECONDS = 1
ATTEMPTS = 3
PAUSE_SECONDS = 5
ASK_SECONDS = 30

# Sessions of that name that belong to this program: any role may choose a name.
WAITING = """
select coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('pid', w.pid, 'holders', (
    select coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('pid', h.pid, 'user', h.usename, 'application', h.application_name,
        'database', h.datname, 'seconds', pg_catalog.floor(extract(epoch from pg_catalog.clock_timestamp() - h.xact_start)))), '[]')
    from pg_catalog.pg_stat_activity h where h.pid = any (pg_catalog.pg_blocking_pids(w.pid))))), '[]')
from pg_catalog.pg_stat_activity w
where w.application_name = {name} and w.usename = session_user and w.wait_event_type = 'Lock'
"""


T = TypeVar("T")


class Blocked(Failure):
    """A lock could not be acquired."""


@contextlib.contextmanager
def watched(server: Server, deadline: Deadline) -> Iterator[str]:
    """Yields the name that sessions must have; none of them waits long for a lock."""
    name = f"backup-{uuid.uuid4().hex[:12]}"
    watch = Watch(server, name, deadline)
    watch.start()
    try:
        yield name
    except Failure:
        watch.stop()
        if watch.reason is None:
            raise
        raise Blocked(watch.reason) from None
    finally:
        watch.stop()


class Watch(threading.Thread):
    """Checks the sessions of a name again and again."""

    def __init__(self, server: Server, name: str, deadline: Deadline) -> None:
        super().__init__(daemon=True)
        self.reason: str | None = None
        self._server, self._name, self._deadline = server, name, deadline
        self._ended = threading.Event()
        self._since: dict[int, float] = {}

    def run(self) -> None:
        while not self._ended.wait(POLL_SECONDS):
            # An error here also occurs where the dump is taken, and is reported there.
            with contextlib.suppress(Failure):
                self._look()

    def stop(self) -> None:
        self._ended.set()
        if self.is_alive():
            self.join()

    def _look(self) -> None:
        limit = Deadline(min(ASK_SECONDS, self._deadline.left()))
        waiting = {one["pid"]: one["holders"] for one in self._server.ask(WAITING, limit, name=self._name)}
        self._since = {pid: self._since.get(pid, time.monotonic()) for pid in waiting}
        for pid, holders in waiting.items():
            if time.monotonic() - self._since[pid] >= LOCK_SECONDS:
                self.reason = reason_of(holders)
                self._server.query(f"select pg_catalog.pg_terminate_backend({int(pid)})", limit)


def reason_of(holders: Iterable[Facts]) -> str:
    them = ", ".join(
        f"process {one['pid']} of user {shown(one['user'] or '')}, application {shown(one['application'] or '')}, "
        f"in a transaction of {int(one['seconds'] or 0)} s"
        for one in holders
    )
    return (
        f"waited {LOCK_SECONDS} s for a lock, which is held by {them or 'a session that has just ended'}. Let that transaction end, "
        "or end its session as superuser: select pg_terminate_backend(<process>)"
    )


def retried(action: Callable[[], T], deadline: Deadline) -> T:
    """Repeats work that a lock prevented."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return action()
        except Blocked as blocked:
            if attempt == ATTEMPTS:
                raise
            say(f"{blocked}; trying again, {attempt} of {ATTEMPTS - 1}")
            deadline.left()
            time.sleep(PAUSE_SECONDS)
    raise AssertionError("one attempt was the last")
