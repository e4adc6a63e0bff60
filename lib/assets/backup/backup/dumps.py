"""Dumps: taken, proven and published; and brought back."""

import shutil
import time
from datetime import datetime

from . import configuration, drill, postgres, repository

DUMP = "dump"


def take(settings, deadline):
    """Dumps, proves that the dump can be read, and only then publishes it to every repository."""
    directory = configuration.SPOOL / DUMP
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)

    def publish(place):
        with place.opened(deadline):
            saved = place.save([directory], DUMP, deadline)
            place.forget(DUMP, place.retention, saved["snapshot_id"], deadline)

    try:
        databases = postgres.dump(postgres.of(settings), settings["postgres"].get("databases"), directory, deadline)
        size = sum(path.stat().st_size for path in directory.iterdir())
        repository.for_each(repository.of(settings), publish)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    return {"databases": len(databases), "bytes": size, "stored": repository.size(settings, deadline)}


def prove(settings, deadline):
    """Fetches the newest dump of each repository and has it restored where nothing else can be reached."""
    started = time.monotonic()
    ages = repository.for_each(repository.of(settings), lambda place: prove_one(settings, place, deadline))
    return {"recovery": round(time.monotonic() - started, 3), "age": round(max(ages), 3)}


def prove_one(settings, place, deadline):
    newest = place.newest(DUMP, deadline)
    configuration.empty(configuration.SCRATCH)
    directory = configuration.SCRATCH / DUMP
    try:
        place.fetch(newest["id"], configuration.SPOOL / DUMP, directory, DUMP, deadline)
        request = {"kind": DUMP, "directory": DUMP, "superuser": settings["postgres"]["user"], **settings["drill"]}
        drill.request_proof(configuration.SCRATCH, request, f"the dump of {newest['time']}", deadline)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    return time.time() - datetime.fromisoformat(newest["time"]).timestamp()


def extract(settings, name, snapshot, target, deadline):
    """Brings a dump into a directory that is made for it."""
    place = repository.named(name, settings)
    place.fetch(snapshot, configuration.SPOOL / DUMP, target, DUMP, deadline)
    postgres.check_sums(target)
