"""What a run says meanwhile: the container's log, and whoever started it by hand."""

import sys

from .redaction import clean


def say(text):
    print(clean(text), file=sys.stderr, flush=True)
