"""What a run says meanwhile: the container's log, and whoever started it by hand."""

import sys


def say(text):
    print(text, file=sys.stderr, flush=True)
