"""Progress of a run: in the container's log, and for a person who started it."""

import sys

from .redaction import clean


def say(text: str) -> None:
    print(clean(text), file=sys.stderr, flush=True)
