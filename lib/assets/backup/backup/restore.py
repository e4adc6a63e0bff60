"""Brings backups back: a whole server into a directory that is made for it, or one database under a new name."""

import os
import re
import shutil
import time

from . import configuration, dumps, postgres, repository
from .cluster import Cluster
from .failure import Failure
from .jobs import say
from .loading import compare, counts_of, load_database, load_globals, name_of, rows_in
from .processes import run

# What an empty server takes, with its log of changes.
EMPTY_SERVER = 128 * 1024 * 1024

# As the service has it, for a server that is started with this file in place of the service's own.
ACCESS = """\
local all         all     trust
local replication all     trust
host  all         all all scram-sha-256
host  replication all all scram-sha-256
"""

# The last one of each setting counts, so these stand behind those of the service.
WHILE_LOADING = {"archive_mode": "off", "synchronous_commit": "off"}

# How a statement that makes a database names what initdb is told by options.
LOCALE_OPTIONS = {
    "ENCODING": "encoding",
    "LOCALE_PROVIDER": "locale-provider",
    "LOCALE": "locale",
    "LC_COLLATE": "lc-collate",
    "LC_CTYPE": "lc-ctype",
    "ICU_LOCALE": "icu-locale",
    "ICU_RULES": "icu-rules",
    "BUILTIN_LOCALE": "builtin-locale",
}

IDENTIFIER = r'(?:"(?:[^"]|"")*"|[^\s.";]+)'
OF_DATABASE = re.compile(rf"^(CREATE DATABASE |ALTER DATABASE |(?:GRANT|REVOKE) .* ON DATABASE ){IDENTIFIER}(.*;)$")


def check(place, snapshot, target, deadline):
    """What stands in the way of a restore into a directory, found before anything is stopped for it."""
    refuse_used(target)
    found = chosen(place, snapshot, deadline)
    scratch = shutil.disk_usage(configuration.SCRATCH).free
    free = shutil.disk_usage(existing(target)).free
    shared = os.stat(configuration.SCRATCH).st_dev == os.stat(existing(target)).st_dev
    size = size_of(place, found, deadline)
    refuse_full("the new volume", free, size + EMPTY_SERVER + (size if shared else 0))
    refuse_full("the engine's own disk", scratch, size)
    return {"id": found["short_id"], "time": found["time"], "bytes": size, "free": free}


def whole(settings, place, snapshot, target, words, deadline):
    """Restores a dump into a directory, as the data of a server that was stopped in good order."""
    found = check(place, snapshot, target, deadline)
    with Fetched(settings, place, found["id"], deadline) as directory:
        superuser = settings["postgres"]["user"]
        cluster = Cluster(target, superuser, deadline)
        try:
            say(f"making a server in {target}")
            cluster.make(["--data-checksums", "--auth-local=trust", "--auth-host=scram-sha-256", *locale_of(directory, deadline)])
            (target / "pg_hba.conf").write_text(ACCESS, encoding="utf-8")
            last = [f"hba_file={target / 'pg_hba.conf'}", *(f"{key}={value}" for key, value in WHILE_LOADING.items())]
            server = cluster.start([*words, *(word for setting in last for word in ("-c", setting))])
            facts = load(server, directory, superuser, deadline)
            cluster.stop(deadline)
            refuse_unclean(target, deadline)
        except BaseException:
            cluster.stop()
            shutil.rmtree(target, ignore_errors=True)
            raise
    return {**found, **facts}


def load(server, directory, superuser, deadline):
    load_globals(server, directory / "globals.sql", superuser, deadline)
    files = sorted(directory.glob("*.dump"))
    tables = 0
    for file in files:
        say(f"loading database {name_of(file)}")
        tables += load_database(server, file, deadline)
    say("gathering statistics")
    run(["vacuumdb", "--all", "--analyze-only", "--quiet"], deadline, env=server.environment)
    return {"databases": [name_of(file) for file in files], "tables": tables, "rows": sum(rows_in(counts_of(file)) for file in files)}


def beside(settings, place, snapshot, names, deadline):
    """Restores one database of a dump, or one table of it, as a database of a new name in the server that runs."""
    server = postgres.of(settings)
    if names.into in server.query("select datname from pg_database", deadline).splitlines():
        raise Failure(f"there is a database {names.into} already; choose another name with --into, or drop it")
    found = chosen(place, snapshot, deadline)
    refuse_full("the engine's own disk", shutil.disk_usage(configuration.SCRATCH).free, size_of(place, found, deadline))
    with Fetched(settings, place, found["short_id"], deadline) as directory:
        file = file_of(directory, names.database)
        table = None if names.table is None else table_of(file, names.table)
        roles = make_roles(server, directory / "globals.sql", deadline)
        try:
            server.query("\n".join(statements(file, names.into, deadline)), deadline)
            facts = load_beside(server, file, names.into, table, deadline)
        except BaseException:
            server.query(f"drop database if exists {quoted(names.into)} with (force)", deadline)
            raise
    return {"id": found["short_id"], "time": found["time"], "databases": [names.into], "roles": roles, **facts}


def load_beside(server, file, database, table, deadline):
    say(f"loading database {database}")
    restore = ["pg_restore", "--exit-on-error", f"--dbname={database}"]
    counts = counts_of(file)
    if table is None:
        run([*restore, str(file)], deadline, env=server.environment)
        return {"tables": compare(server, database, counts, deadline), "rows": rows_in(counts)}
    schema, name = table
    run([*restore, "--section=pre-data", str(file)], deadline, env=server.environment)
    only = [f"--schema={schema}", f"--table={name}"]
    run([*restore, "--section=data", *only, str(file)], deadline, env=server.environment)
    wanted = [line if parts_of(line) == table else f"{line.rsplit('|', 1)[0]}|0" for line in counts]
    compare(server, database, wanted, deadline)
    return {"tables": 1, "rows": rows_in([line for line in counts if parts_of(line) == table])}


class Fetched:
    """The files of a dump, every byte checked, for as long as they are needed."""

    def __init__(self, settings, place, snapshot, deadline):
        self._arguments = (settings, place.name, snapshot)
        self._deadline = deadline
        self._directory = configuration.SCRATCH / dumps.DUMP

    def __enter__(self):
        configuration.empty(configuration.SCRATCH)
        say(f"fetching dump {self._arguments[2]} from {self._arguments[1]}")
        dumps.extract(*self._arguments, self._directory, self._deadline)
        return self._directory

    def __exit__(self, *_):
        shutil.rmtree(self._directory, ignore_errors=True)


def chosen(place, snapshot, deadline):
    """A dump by its id, or the newest one."""
    if snapshot == "latest":
        return repository.for_each([place], lambda one: one.newest(dumps.DUMP, deadline))[0]
    known = place.snapshots(dumps.DUMP, deadline)
    found = [one for one in known if one["id"].startswith(snapshot)]
    if len(found) != 1:
        raise Failure(f"repository {place.name} has {len(found)} dumps {snapshot}; it has {', '.join(one['short_id'] for one in known) or 'none'}")
    return found[0]


def listed(place, deadline):
    """What can be restored from a repository, oldest first."""
    return [
        {"repository": place.name, "kind": dumps.DUMP, "id": one["short_id"], "time": one["time"], "bytes": stated_size(one)}
        for one in place.snapshots(dumps.DUMP, deadline)
    ]


def stated_size(snapshot):
    return snapshot.get("summary", {}).get("total_bytes_processed")


def size_of(place, snapshot, deadline):
    """Bytes of the files of a dump; what is made of them is hardly ever smaller."""
    return stated_size(snapshot) or place.restored_size(snapshot["id"], deadline)


def refuse_used(target):
    """A directory with anything in it is somebody's."""
    if target.exists() and any(target.iterdir()):
        raise Failure(f"{target} is not empty; restore into a new volume")
    for other in existing(target).rglob("PG_VERSION"):
        raise Failure(f"the volume holds the data of a server in {other.parent}; restore into a new volume")


def refuse_full(where, free, needed):
    if free < needed:
        raise Failure(f"{where} has {megabytes(free)} free, and at least {megabytes(needed)} are needed; make room, or add a disk")


def refuse_unclean(target, deadline):
    state = run(["pg_controldata", str(target)], deadline, env={"LC_ALL": "C"})
    if not re.search(r"^Database cluster state: +shut down$", state, re.MULTILINE):
        raise Failure("the restored server did not stop in good order; try again, and look at the memory it has")


def megabytes(size):
    return f"{-(-size // 1_000_000)} MB"


def existing(path):
    """The path, or the nearest folder above it that is there."""
    return path if path.exists() else existing(path.parent)


def locale_of(directory, deadline):
    """Options that make an empty server of the encoding and locale of the one that was dumped."""
    for file in directory.glob("*.dump"):
        if name_of(file) == "postgres":
            made = next(line for line in script_of(file, deadline) if line.startswith("CREATE DATABASE "))
            words = re.findall(r"(\w+) = (?:'((?:[^']|'')*)'|(\w+))", made)
            return [f"--{LOCALE_OPTIONS[key]}={text.replace(chr(39) * 2, chr(39)) or word}" for key, text, word in words if key in LOCALE_OPTIONS]
    return ["--encoding=UTF8"]


def statements(file, name, deadline):
    """What makes the database of a dump under another name: locale, owner, settings and privileges are those that it had."""
    found = [OF_DATABASE.match(line) for line in script_of(file, deadline)]
    return [f"{match[1]}{quoted(name)}{match[2]}" for match in found if match]


def script_of(file, deadline):
    return run(["pg_restore", "--create", "--section=pre-data", "--file=-", str(file)], deadline).splitlines()


def file_of(directory, database):
    files = {name_of(file): file for file in directory.glob("*.dump")}
    if database not in files:
        raise Failure(f"the dump has no database {database}; it has {', '.join(sorted(files))}")
    return files[database]


def table_of(file, text):
    """Schema and name of a table of the dump."""
    schema, name = text.split(".", 1) if "." in text else ("public", text)
    known = [parts_of(line) for line in counts_of(file)]
    if (schema, name) not in known:
        raise Failure(f"the dump has no table {schema}.{name}; it has {', '.join('.'.join(one) for one in known[:20]) or 'none'}")
    return schema, name


def parts_of(line):
    """Schema and name of the table that a line of counts is of."""
    parts = re.fullmatch(rf"({IDENTIFIER})\.({IDENTIFIER})\|\d+", line)
    return tuple(plain(part) for part in parts.groups())


def make_roles(server, file, deadline):
    """Roles that own something in the dump and are gone today come back without a login."""
    present = server.query("select rolname from pg_roles", deadline).splitlines()
    lines = file.read_text(encoding="utf-8").splitlines()
    named = [match[1] for match in (re.fullmatch(rf"CREATE ROLE ({IDENTIFIER});", line) for line in lines) if match]
    missing = [name for name in named if plain(name) not in present]
    server.query("\n".join(f"create role {name} nologin;" for name in missing), deadline)
    return [plain(name) for name in missing]


def plain(identifier):
    return identifier[1:-1].replace('""', '"') if identifier.startswith('"') else identifier


def quoted(name):
    return '"' + name.replace('"', '""') + '"'
