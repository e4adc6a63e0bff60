"""The jobs, each recorded from its first moment."""

import sys

from . import archive, checks, dumps, locks, notify, redaction, room, volumes
from .facts import Facts
from .failure import Failure, Withheld
from .processes import Deadline
from .progress import say
from .receiver import BASE
from .record import Record
from .settings import Settings


def prove(settings: Settings, deadline: Deadline) -> Facts:
    """Runs the drill of the saved data."""
    return volumes.prove(settings, deadline) if "volume" in settings else dumps.prove(settings, deadline)


JOBS = {
    dumps.DUMP: dumps.take,
    volumes.FILES: volumes.take,
    "drill": prove,
    "check": checks.read,
    BASE: archive.take,
    archive.COPY: archive.copy,
    archive.DRILL: archive.prove,
}


# Exit code of a run without a record.
UNRECORDED = 3


def lock_of(job: str) -> str:
    """Returns the lock of a job. Jobs with one lock run one after the other; the log is copied at any time."""
    return job if job == archive.COPY else "work"


def run_job(name: str, settings: Settings) -> bool:
    """Runs a job and records its result; returns whether it succeeded."""
    record = Record(name)
    try:
        with locks.alone(lock_of(name)):
            record.begin()
            facts = JOBS[name](settings, Deadline(settings["jobs"][name]["timeLimit"]))
    except locks.Busy:
        raise
    except Withheld as failure:
        return failed(record, str(failure), settings, done=True)
    except Failure as failure:
        return failed(record, str(failure), settings)
    except Exception as error:  # pylint: disable=broad-except; unforeseen is a failure like any other
        return failed(record, f"{type(error).__name__}: {error}", settings)
    record.succeed(facts)
    say(f"{name} succeeded: {', '.join(f'{key} {value}' for key, value in facts.items())}")
    return True


def failed(record: Record, reason: str, settings: Settings, done: bool = False) -> bool:
    """Reports a failure on every channel; a full disk prevents the record, but not the notifications."""
    reason = redaction.clean("; ".join([reason, *room.full_disks()]))
    error = unwritten(record, reason, done)
    reason = f"{reason}; and that cannot be recorded: {error}" if error else reason
    say(f"{record.job} FAILED: {reason}")
    problem = notify.tell(settings, record.job, reason)
    if problem:
        say(f"a notification failed: {problem}")
    if error:
        sys.exit(UNRECORDED)
    return False


def unwritten(record: Record, reason: str, done: bool) -> OSError | None:
    try:
        record.fail(reason, done)
    except OSError as error:
        return error
    return None
