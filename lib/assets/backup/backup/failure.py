"""What went wrong, in words for whoever has to act."""


class Failure(Exception):
    """One thing that failed: what it was, and what to do. Its text is all that is shown."""


class Withheld(Failure):
    """The backup is there, and only the retention was not applied: another one would change nothing."""
