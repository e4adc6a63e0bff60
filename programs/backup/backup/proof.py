"""The newest backups, which the drill's container verifies."""

import contextlib
import json
import pathlib
import time
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime

from . import configuration, files, repository
from .facts import Facts
from .failure import Failure
from .processes import Deadline
from .record import Record
from .repository import Repository
from .settings import Settings
from .several import for_each

# Brings a snapshot into a directory.
Fetch = Callable[[Repository, str, pathlib.Path, Deadline], None]
REQUEST = "request.json"
RESULT = "result.json"
POLL_SECONDS = 0.5
# How long a system may be that still has no data.
YOUNG_SECONDS = 7 * 86_400
ACCEPT_SECONDS = 20


def prove(settings: Settings, kind: str, fetch: Fetch, what: str, deadline: Deadline, **more: object) -> Facts:
    """Verifies the newest backup of a kind of each repository; returns the time it took, and the age of the oldest
    one."""
    started = time.monotonic()
    ages = prove_each(settings, kind, fetch, what, deadline, **more)
    return {"recovery": round(time.monotonic() - started, 3), "age": round(max(ages), 3)}


def prove_each(settings: Settings, kind: str, fetch: Fetch, what: str, deadline: Deadline, **more: object) -> list[float]:
    """Fetches and examines backups in a container without a network; returns their ages."""
    request = {"kind": kind, **more, **expected(settings["drill"], kind)}
    return for_each(repository.of(settings), lambda place: prove_one(place, request, fetch, what, deadline))


def expected(wanted: Mapping[str, object], kind: str) -> Facts:
    """What is asked of a backup. Unless people said what it must hold, it may hold nothing at first, as a new system does."""
    known = Record(f"proven-{kind}")
    facts = {"begun": time.time(), **known.read()}
    known.note(facts)
    is_stated = not {"leastFiles", "leastTables"}.isdisjoint(wanted)
    return {**wanted, "mayBeEmpty": not (is_stated or "held" in facts) and time.time() - facts["begun"] < YOUNG_SECONDS}


def prove_one(place: Repository, request: Facts, fetch: Fetch, what: str, deadline: Deadline) -> float:
    newest = place.newest(request["kind"], deadline)
    configuration.empty(configuration.SCRATCH)
    directory = configuration.SCRATCH / request["kind"]
    try:
        fetch(place, newest["id"], directory, deadline)
        outcome = request_proof(configuration.SCRATCH, request, what.format(**newest), deadline)
        if outcome.get("files") or outcome.get("tables"):
            Record(f"proven-{request['kind']}").note({"held": True})
    finally:
        # A slow drill still reads it; the next proof starts with an empty directory.
        with contextlib.suppress(OSError):
            files.remove(directory)
    return time.time() - datetime.fromisoformat(newest["time"]).timestamp()


def request_proof(scratch: pathlib.Path, request: Facts, what: str, deadline: Deadline) -> Facts:
    """Gives the fetched files to the drill's container and waits for its verdict, which may be negative."""
    identified = {**request, "id": str(uuid.uuid4()), "timeLimit": int(deadline.left())}
    (scratch / RESULT).unlink(missing_ok=True)
    configuration.write_whole(scratch / REQUEST, json.dumps(identified))
    outcome = wait_for_verdict(scratch, identified["id"], deadline)
    if not outcome["verified"]:
        raise Failure(f"{what} cannot be trusted: {outcome['reason']}")
    return outcome


def wait_for_verdict(scratch: pathlib.Path, number: str, deadline: Deadline) -> Facts:
    """Waits for a verdict; without an answer the proof has failed."""
    request, result = scratch / REQUEST, scratch / RESULT
    acceptance = Deadline(min(ACCEPT_SECONDS, deadline.left()))
    try:
        while not result.exists() or json.loads(result.read_text(encoding="utf-8"))["id"] != number:
            (acceptance if request.exists() else deadline).left()
            time.sleep(POLL_SECONDS)
    except Failure:
        if not request.exists():
            raise
        request.unlink()
        raise Failure("the drill's container takes no requests; is it running? See its log") from None
    verdict: Facts = json.loads(result.read_text(encoding="utf-8"))
    return verdict
