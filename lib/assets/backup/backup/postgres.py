"""The server over its socket, and dumps of it."""

import hashlib
import pathlib
import re

from .failure import Failure
from .processes import Session, run

COUNTS = pathlib.Path(__file__).with_name("counts.sql").read_text(encoding="utf-8")
GLOBALS_END = "PostgreSQL database cluster dump complete"
SUMS = "SHA256SUMS"

# As the service has it, for a server that is started with this file in place of the service's own.
ACCESS = """\
local all         all     trust
local replication all     trust
host  all         all all scram-sha-256
host  replication all all scram-sha-256
"""
QUIET = ["-XAtq", "-v", "ON_ERROR_STOP=1"]

# The dump and the counts see one and the same snapshot, which lives as long as the session that exported it.
BEGIN = "begin isolation level repeatable read read only; select pg_export_snapshot();"


class Server:
    """A PostgreSQL server, reached through the directory of its socket."""

    def __init__(self, socket, user, slot=None):
        # Where the server keeps what its receiver has not received yet.
        self.slot = slot
        self.environment = {"PGHOST": str(socket), "PGUSER": user, "PGOPTIONS": "", "PGAPPNAME": "backup"}

    def query(self, sql, deadline, database="postgres"):
        words = ["psql", *QUIET, "-d", database, "-f", "-"]
        return run(words, deadline, env=self.environment, text=sql).strip()

    def databases(self, deadline):
        sql = "select datname from pg_database where datallowconn and not datistemplate order by 1"
        return self.query(sql, deadline).splitlines()

    def counts(self, database, deadline):
        """Rows of every table, a line each."""
        return self.query(COUNTS, deadline, database)


def of(settings):
    """The server of a configuration."""
    known = settings["postgres"]
    return Server(known["socket"], known["user"], known.get("slot"))


def dump(server, wanted, directory, deadline):
    """Dumps databases and globals into a directory, and proves that every byte of it can be read again."""
    guard_version(server, deadline)
    present = server.databases(deadline)
    missing = [name for name in wanted or [] if name not in present]
    if missing:
        raise Failure(f"there is no database {', '.join(missing)}; the server has {', '.join(present)}")
    dump_globals(server, directory, deadline)
    for database in wanted or present:
        dump_database(server, database, directory, deadline)
    write_sums(directory)
    return wanted or present


def guard_version(server, deadline):
    """An older pg_dump refuses a newer server; say so before anything is done."""
    major = int(server.query("show server_version_num", deadline)) // 10_000
    own = int(re.search(r"\d+", run(["pg_dump", "--version"], deadline)).group())
    if own < major:
        raise Failure(f"pg_dump {own} cannot dump a server of version {major}; deploy again, so that both come from one image")


def dump_globals(server, directory, deadline):
    file = directory / "globals.sql"
    run(["pg_dumpall", "--globals-only", f"--file={file}"], deadline, env=server.environment)
    if GLOBALS_END not in file.read_text(encoding="utf-8")[-500:]:
        raise Failure("pg_dumpall wrote roles and tablespaces only in part; look at the server's log")


def dump_database(server, database, directory, deadline):
    file = directory / f"{file_name(database)}.dump"
    with Session(["psql", *QUIET, "-d", database], deadline, env=server.environment) as session:
        snapshot = session.ask(BEGIN)
        words = ["pg_dump", "--format=custom", "--compress=1", f"--snapshot={snapshot}", f"--file={file}", "-d", database]
        run(words, deadline, env=server.environment)
        file.with_suffix(".counts").write_text(session.ask(COUNTS), encoding="utf-8")
    # The list of contents stands in front and tells nothing of a file cut off; this reads all of it.
    run(["pg_restore", "--file=/dev/null", str(file)], deadline)
    file.with_suffix(".name").write_text(database, encoding="utf-8")


def file_name(database):
    """A name that is safe as a file's, and different for different databases."""
    if re.fullmatch(r"[A-Za-z0-9_-]+", database):
        return database
    return f"database-{hashlib.sha256(database.encode()).hexdigest()[:12]}"


def write_sums(directory):
    files = sorted(path for path in directory.iterdir() if path.name != SUMS)
    lines = [f"{digest(path)}  {path.name}\n" for path in files]
    (directory / SUMS).write_text("".join(lines), encoding="utf-8")


def check_sums(directory):
    """Every file that was dumped is there, and no other, with the content that it had."""
    file = directory / SUMS
    if not file.exists():
        raise Failure(f"the dump has no {SUMS}: it is no whole dump")
    expected = dict(reversed(line.split("  ", 1)) for line in file.read_text(encoding="utf-8").splitlines())
    found = {path.name: digest(path) for path in directory.iterdir() if path.name != SUMS}
    wrong = sorted(name for name in {*expected, *found} if expected.get(name) != found.get(name))
    if wrong:
        raise Failure(f"not as they were dumped: {', '.join(wrong)}")


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
