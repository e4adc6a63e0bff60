"""The jobs: one at a time, each recorded from its first moment."""

import contextlib
import fcntl
import os
import shutil
import sys
import time
import uuid

from . import configuration, drill, notify, postgres
from .failure import Failure
from .processes import Deadline
from .record import Record
from .repository import Repository

DUMP = "dump"
PARTS = 12


def run_job(name, settings):
    """Runs a job and records how it went; true when it went well."""
    record = Record(name)
    try:
        with exclusive():
            record.begin()
            facts = JOBS[name](settings, Deadline(settings["jobs"][name]["timeLimit"]))
    except Busy:
        raise
    except Failure as failure:
        return failed(record, str(failure), settings)
    except Exception as error:  # pylint: disable=broad-except; unforeseen is a failure like any other
        return failed(record, f"{type(error).__name__}: {error}", settings)
    record.succeed(facts)
    say(f"{name} succeeded: {', '.join(f'{key} {value}' for key, value in facts.items())}")
    return True


def failed(record, reason, settings):
    record.fail(reason)
    say(f"{record.job} FAILED: {reason}")
    problem = notify.tell(settings, record.job, reason)
    if problem:
        say(f"nobody was told: {problem}")
    return False


class Busy(Failure):
    """Another job is running."""


@contextlib.contextmanager
def exclusive():
    """One job at a time, so that no two use a repository; also those that a person starts."""
    configuration.STATE.mkdir(parents=True, exist_ok=True)
    handle = os.open(configuration.STATE / "lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy("another job is running; wait for its end, its log is the container's") from None
        yield
    finally:
        os.close(handle)


def repositories(settings):
    return [Repository(one, settings["host"]) for one in settings["repositories"]]


def dump(settings, deadline):
    """Dumps, proves that the dump can be read, and only then publishes it to every repository."""
    places = repositories(settings)
    for place in places:
        place.open(deadline)
    directory = configuration.SPOOL / DUMP
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    try:
        source = settings["postgres"]
        databases = postgres.dump(server_of(settings), source.get("databases"), directory, deadline)
        size = sum(path.stat().st_size for path in directory.iterdir())
        # A place that is down must not keep the others from getting theirs.
        problems = [problem for place in places if (problem := publish(place, directory, deadline))]
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    if problems:
        raise Failure("; ".join(problems))
    return {"databases": len(databases), "bytes": size, "stored": sum(place.size(deadline) for place in places)}


def publish(place, directory, deadline):
    try:
        place.save(directory, DUMP, deadline)
        place.forget(DUMP, deadline)
    except Failure as failure:
        return f"repository {place.name}: {failure}"
    return None


def prove(settings, deadline):
    """Fetches the newest dump of each repository and has it restored where nothing else can be reached."""
    started = time.monotonic()
    ages = [prove_one(settings, place, deadline) for place in repositories(settings)]
    return {"recovery": round(time.monotonic() - started, 3), "age": round(max(ages), 3)}


def prove_one(settings, place, deadline):
    place.open(deadline)
    snapshots = place.snapshots(DUMP, deadline)
    if not snapshots:
        raise Failure(f"repository {place.name} has no dump to prove; look at the dump job")
    newest = snapshots[-1]
    drill.empty(configuration.SCRATCH)
    directory = configuration.SCRATCH / DUMP
    try:
        place.fetch(newest["id"], configuration.SPOOL / DUMP, directory, DUMP, deadline)
        request = {
            "id": str(uuid.uuid4()),
            "directory": DUMP,
            "superuser": settings["postgres"]["user"],
            "timeLimit": int(deadline.left()),
            **settings["drill"],
        }
        outcome = drill.request_proof(configuration.SCRATCH, request, deadline)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    if not outcome["verified"]:
        raise Failure(f"the dump of {newest['time']} in repository {place.name} cannot be trusted: {outcome['reason']}")
    return time.time() - seconds_of(newest["time"])


def extract(settings, repository, snapshot, target, deadline):
    """Brings a dump into a directory that is made for it."""
    known = {place.name: place for place in repositories(settings)}
    if repository not in known:
        raise Failure(f"there is no repository {repository}; there are {', '.join(known)}")
    if target.exists():
        raise Failure(f"{target} is there already; name a directory that is not")
    known[repository].fetch(snapshot, configuration.SPOOL / DUMP, target, DUMP, deadline)
    postgres.check_sums(target)


def check(settings, deadline):
    """Reads a twelfth of each repository, another one each time."""
    count = int(Record("check").read().get("count", 0))
    for place in repositories(settings):
        place.open(deadline)
        place.check(count % PARTS + 1, PARTS, deadline)
    return {"count": count + 1}


def server_of(settings):
    return postgres.Server(settings["postgres"]["socket"], settings["postgres"]["user"])


def seconds_of(text):
    """A time as restic writes it, with up to nine digits of a second."""
    from datetime import datetime  # pylint: disable=import-outside-toplevel

    return datetime.fromisoformat(text).timestamp()


def say(text):
    print(text, file=sys.stderr, flush=True)


JOBS = {DUMP: dump, "drill": prove, "check": check}
