"""`python3 -m backup schedule`, `drill`, `run JOB`, `list`, `extract SNAPSHOT`, and what a restore is made of."""

import argparse
import json
import os
import pathlib
import signal
import sys

from . import configuration, drill, dumps, fetching, jobs, renamed, repository, restore
from .failure import Failure
from .processes import Deadline

METRICS_PORT = 9746
# A restore is watched by a person, who ends it.
PATIENCE_SECONDS = 7 * 24 * 3600


def main():
    parser = argparse.ArgumentParser(prog="backup")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("schedule", help="runs jobs when they are due, and serves metrics")
    commands.add_parser("drill", help="waits for dumps to prove")
    commands.add_parser("run", help="runs a job now").add_argument("job", choices=sorted(jobs.JOBS))
    commands.add_parser("list", help="lists what can be restored")
    extract = commands.add_parser("extract", help="brings the files of a dump into an empty directory, every byte checked")
    extract.add_argument("snapshot", help="an id of the list, or latest")
    extract.add_argument("--repository", required=True)
    extract.add_argument("--to", required=True, type=pathlib.Path)
    restoring(commands.add_parser("restore", help="restores a dump into an empty directory, as the data of a server"))
    loading(commands.add_parser("load", help="restores a database of a dump under a new name into the server that runs"))
    arguments = parser.parse_args()
    os.umask(0o077)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(COMMANDS[arguments.command](arguments))
    except Failure as failure:
        sys.exit(f"backup: {failure}")


def restoring(parser):
    what_to_restore(parser)
    parser.add_argument("--into", required=True, type=pathlib.Path, metavar="DIRECTORY")
    parser.add_argument("--check", action="store_true", help="only say whether it could be done")
    parser.add_argument("settings", nargs="*", help="of the server, behind --, as on its command line")


def loading(parser):
    what_to_restore(parser)
    parser.add_argument("--database", required=True)
    parser.add_argument("--table", help="only the rows of this one: schema.name")
    parser.add_argument("--into", required=True, metavar="NAME")


def what_to_restore(parser):
    parser.add_argument("--to", required=True, metavar="ID", help="an id of the list, or latest")
    parser.add_argument("--repository", required=True)


def schedule(_):
    from prometheus_client import CollectorRegistry, start_http_server  # pylint: disable=import-outside-toplevel

    from .record import Collector  # pylint: disable=import-outside-toplevel
    from .schedule import run_forever  # pylint: disable=import-outside-toplevel

    settings = configuration.load()
    registry = CollectorRegistry()
    registry.register(Collector(settings["jobs"]))
    start_http_server(METRICS_PORT, registry=registry)
    run_forever(settings)


def work(_):
    drill.empty(configuration.SCRATCH)
    drill.work(configuration.SCRATCH)


def run_now(arguments):
    return 0 if jobs.run_job(arguments.job, configuration.load()) else 1


def listing(_):
    settings = configuration.load()
    deadline = Deadline(300)
    found = [one for place in repository.of(settings) for one in fetching.listed(place, deadline)]
    print(json.dumps(found, indent=2))
    return 0


def extract_dump(arguments):
    if arguments.to.exists():
        raise Failure(f"{arguments.to} is there already; name a directory that is not")
    dumps.extract(configuration.load(), arguments.repository, arguments.snapshot, arguments.to, Deadline(PATIENCE_SECONDS))
    return 0


def restore_server(arguments):
    settings, deadline = configuration.load(), Deadline(PATIENCE_SECONDS)
    place = repository.named(arguments.repository, settings)
    if arguments.check:
        facts = restore.check(place, arguments.to, arguments.into, deadline)
    else:
        facts = restore.whole(settings, place, arguments.to, arguments.into, arguments.settings, deadline)
    print(json.dumps(facts))
    return 0


def restore_database(arguments):
    settings, deadline = configuration.load(), Deadline(PATIENCE_SECONDS)
    place = repository.named(arguments.repository, settings)
    print(json.dumps(renamed.restore(settings, place, arguments.to, arguments, deadline)))
    return 0


COMMANDS = {
    "extract": extract_dump,
    "schedule": schedule,
    "drill": work,
    "run": run_now,
    "list": listing,
    "restore": restore_server,
    "load": restore_database,
}

if __name__ == "__main__":
    main()
