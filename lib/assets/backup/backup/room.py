"""Whether there is room for what is to be restored."""

from .failure import Failure


def refuse_full(where, free, needed):
    if free < needed:
        raise Failure(f"{where} has {megabytes(free)} free, and at least {megabytes(needed)} are needed; make room, or add a disk")


def existing(path):
    """The path, or the nearest folder above it that is there."""
    return path if path.exists() else existing(path.parent)


def megabytes(size):
    return f"{-(-size // 1_000_000)} MB"
