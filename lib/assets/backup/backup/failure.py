"""What went wrong, in words for whoever has to act."""


class Failure(Exception):
    """One thing that failed: what it was, and what to do. Its text is all that is shown."""
