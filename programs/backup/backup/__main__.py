"""`python3 -m backup schedule`, `drill`, `receive`, `repair`, `run JOB`, `list`, `extract SNAPSHOT`, `restic REPOSITORY
…`, and the steps of a restore."""

import argparse
import json
import os
import pathlib
import signal
import sys
from typing import NoReturn

from . import archive, configuration, drill, dumps, jobs, locks, pitr, receiver, redaction, renamed, repository, restore, volume_restore, volumes
from .barman import ARCHIVE
from .failure import Failure
from .processes import Deadline
from .settings import Settings

METRICS_PORT = 9746
# By the kind of the backup.
RESTORES = {dumps.DUMP: restore, ARCHIVE: pitr, volumes.FILES: volume_restore}
# A person watches a restore, and can end it.
PATIENCE_SECONDS = 7 * 24 * 3600


def command_line() -> argparse.ArgumentParser:
    """Returns the parser of the arguments."""
    parser = argparse.ArgumentParser(prog="backup")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("schedule", help="runs jobs when they are due, and serves metrics")
    commands.add_parser("drill", help="waits for backups to prove")
    commands.add_parser("receive", help="receives the write-ahead log")
    commands.add_parser("flush", help="copies what was received of the log, also while the server is away")
    commands.add_parser("repair", help="makes a new start after a gap in the write-ahead log, with a new base backup")
    commands.add_parser("run", help="runs a job now").add_argument("job", choices=sorted(jobs.JOBS))
    commands.add_parser("list", help="lists what can be restored")
    extracting(commands.add_parser("extract", help="brings the files of a dump into a directory that it makes, every byte checked"))
    plain = commands.add_parser("restic", help="runs restic itself on a repository")
    plain.add_argument("repository")
    plain.add_argument("words", nargs=argparse.REMAINDER)
    fetching_from(commands.add_parser("fetch", help="brings here what a restore of a server is made of"))
    restoring(commands.add_parser("restore", help="restores into an empty directory or volume: the data of a server from what was fetched, or files"))
    loading(commands.add_parser("load", help="restores a database of the dump that was fetched under a new name into the server that runs"))
    return parser


def main() -> None:
    arguments = command_line().parse_args()
    os.umask(0o077)
    # PostgreSQL's images are stopped with the second one.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(143))
    try:
        sys.exit(COMMANDS[arguments.command](arguments))
    except Failure as failure:
        sys.exit(f"backup: {redaction.clean(str(failure))}")
    except Exception as error:  # pylint: disable=broad-except; people get words, whatever it is
        sys.exit(f"backup: {redaction.clean(f'{type(error).__name__}: {error}')}")


def extracting(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("snapshot", help="an id of the list, or latest")
    parser.add_argument("--repository", required=True)
    parser.add_argument("--to", required=True, type=pathlib.Path)


def restoring(parser: argparse.ArgumentParser) -> None:
    what_to_restore(parser)
    parser.add_argument("--repository", help="of files, and for a check")
    parser.add_argument("--into", required=True, type=pathlib.Path, metavar="DIRECTORY")
    parser.add_argument("--check", action="store_true", help="only say whether it could be done")
    parser.add_argument("settings", nargs="*", help="of the server, behind --, as on its command line")


def loading(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--database", required=True)
    parser.add_argument("--table", help="only the rows of this one: schema.name")
    parser.add_argument("--into", required=True, metavar="NAME")


def fetching_from(parser: argparse.ArgumentParser) -> None:
    what_to_restore(parser)
    parser.add_argument("--repository", required=True)


def what_to_restore(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--kind", choices=tuple(RESTORES), default=dumps.DUMP)
    parser.add_argument("--to", required=True, metavar="ID", help="an id of the list, or latest")


def schedule(_: argparse.Namespace) -> NoReturn:
    from prometheus_client import CollectorRegistry, ProcessCollector, start_http_server  # pylint: disable=import-outside-toplevel

    from .record import Collector  # pylint: disable=import-outside-toplevel
    from .schedule import run_forever  # pylint: disable=import-outside-toplevel

    settings = configuration.load()
    registry = CollectorRegistry()
    registry.register(Collector(settings["jobs"]))
    # Its start time, for the alert about repeated restarts.
    ProcessCollector(registry=registry)
    start_http_server(METRICS_PORT, registry=registry)
    run_forever(settings)


def work(_: argparse.Namespace) -> NoReturn:
    configuration.empty(configuration.SCRATCH)
    drill.work(configuration.SCRATCH)


def run_now(arguments: argparse.Namespace) -> int:
    settings = configuration.load()
    if arguments.job not in settings["jobs"]:
        raise Failure(f"there is no {arguments.job} here; there are {', '.join(settings['jobs'])}")
    return 0 if jobs.run_job(arguments.job, settings) else 1


def receive(_: argparse.Namespace) -> NoReturn:
    receiver.receive()


def flush(_: argparse.Namespace) -> int:
    archive.flush(configuration.load(), Deadline(3600))
    return 0


def repair(_: argparse.Namespace) -> int:
    settings = configuration.load()
    with locks.alone(jobs.lock_of(receiver.BASE)):
        receiver.repair(settings, Deadline(PATIENCE_SECONDS))
    return 0 if jobs.run_job(receiver.BASE, settings) else 1


def listing(_: argparse.Namespace) -> int:
    settings = configuration.load()
    deadline = Deadline(300)
    find = volumes.listed if "volume" in settings else pitr.listed
    found = [one for place in repository.of(settings) for one in find(place, deadline)]
    print(json.dumps(found, indent=2))
    return 0


def extract_backup(arguments: argparse.Namespace) -> int:
    if arguments.to.exists():
        raise Failure(f"{arguments.to} is there already; name a directory that is not")
    dumps.extract(configuration.load(), arguments.repository, arguments.snapshot, arguments.to, Deadline(PATIENCE_SECONDS))
    return 0


def run_restic(arguments: argparse.Namespace) -> int:
    place = repository.named(arguments.repository, configuration.load())
    with place.opened(Deadline(PATIENCE_SECONDS)):
        print(place.restic(arguments.words, Deadline(PATIENCE_SECONDS)), end="")
    return 0


def fetch(arguments: argparse.Namespace) -> int:
    """The only part of a restore that has a key."""
    settings = configuration.load()
    place = repository.named(arguments.repository, settings)
    configuration.SCRATCH.mkdir(parents=True, exist_ok=True)
    configuration.empty(configuration.SCRATCH)
    print(json.dumps(RESTORES[arguments.kind].fetch(settings, place, arguments.to, Deadline(PATIENCE_SECONDS))))
    return 0


def restore_whole(arguments: argparse.Namespace) -> int:
    settings, deadline = configuration.load(), Deadline(PATIENCE_SECONDS)
    way, words = RESTORES[arguments.kind], (arguments.to, arguments.into)
    if arguments.check:
        facts = way.check(repository.named(arguments.repository, settings), *words, deadline)
    elif way is volume_restore:
        facts = way.whole(repository.named(arguments.repository, settings), *words, deadline)
    else:
        facts = way.whole(settings, *words, arguments.settings, deadline)
    print(json.dumps(facts))
    return 0


def restore_database(arguments: argparse.Namespace) -> int:
    print(json.dumps(renamed.restore(configuration.load(), arguments, Deadline(PATIENCE_SECONDS))))
    return 0


COMMANDS = {
    "schedule": schedule,
    "drill": work,
    "receive": receive,
    "flush": flush,
    "repair": repair,
    "run": run_now,
    "list": listing,
    "extract": extract_backup,
    "restic": run_restic,
    "fetch": fetch,
    "restore": restore_whole,
    "load": restore_database,
}

if __name__ == "__main__":
    main()
