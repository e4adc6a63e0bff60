"""Loads dumps into a server, and compares what is there then with what was counted when they were made."""

from .failure import Failure
from .processes import run


def load_globals(server, file, superuser, deadline):
    lines = file.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line not in (f"CREATE ROLE {superuser};", f'CREATE ROLE "{superuser}";')]
    server.query("\n".join(kept), deadline)


def load_database(server, file, deadline):
    """Loads one database, compares the rows of its tables, and says how many tables it has."""
    database = name_of(file)
    create = [] if database == "postgres" else ["--create"]
    run(["pg_restore", "--exit-on-error", *create, "--dbname=postgres", str(file)], deadline, env=server.environment)
    return compare(server, database, counts_of(file), deadline)


def compare(server, database, expected, deadline):
    """Tables of a database, when each has the rows that are expected."""
    found = server.counts(database, deadline).splitlines()
    different = sorted({*expected} ^ {*found})
    if different:
        raise Failure(f"rows of database {database} are not those of the dump: {', '.join(different[:10])}")
    return len(found)


def name_of(file):
    """The database that a dump is of."""
    return file.with_suffix(".name").read_text(encoding="utf-8")


def counts_of(file):
    """Rows of every table when the dump was made, a line each."""
    return file.with_suffix(".counts").read_text(encoding="utf-8").splitlines()


def rows_in(counts):
    return sum(int(line.rsplit("|", 1)[1]) for line in counts)
