"""Errors in words for the person who must act."""


class Failure(Exception):
    """An error: the problem, and what to do. Only its text is shown."""


class Withheld(Failure):
    """The backup exists, and only the retention was not applied: another backup would change nothing."""
