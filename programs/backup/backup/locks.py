"""Locks of the kernel for work that must not run twice at once; they end with the process that holds them."""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator

from . import configuration
from .failure import Failure
from .processes import Deadline

POLL_SECONDS = 0.2


class Busy(Failure):
    """Another job is running."""


@contextlib.contextmanager
def alone(name: str) -> Iterator[None]:
    """Runs one at a time, and refuses a second one; runs that a person starts count too."""
    with opened(name) as handle:
        if not taken(handle):
            raise Busy("another job is running; wait for its end, its log is the container's")
        yield


@contextlib.contextmanager
def in_turn(name: str, deadline: Deadline) -> Iterator[None]:
    """Runs one at a time, and a second one waits."""
    with opened(name) as handle:
        while not taken(handle):
            deadline.left()
            time.sleep(POLL_SECONDS)
        yield


@contextlib.contextmanager
def opened(name: str) -> Iterator[int]:
    directory = configuration.STATE / "locks"
    directory.mkdir(parents=True, exist_ok=True)
    handle = os.open(directory / name, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        yield handle
    finally:
        os.close(handle)


def taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        return False
