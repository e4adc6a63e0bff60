"""The server over its socket, with sessions of its superuser. An owner of a database may create functions in it and
change its settings, so these sessions take no name and no setting from there."""

import json
import pathlib
import re
from collections.abc import Mapping
from typing import Any

from .names import connection, document, literal, word
from .processes import Deadline, run
from .settings import Settings

# The same as the service's file, for a server that is started with this one instead.
ACCESS = """\
local all         all     trust
local replication all     trust
host  all         all all scram-sha-256
host  replication all all scram-sha-256
"""
QUIET = ["-XAtq", "-v", "ON_ERROR_STOP=1"]

# A lock that is held longer than this is reported, with its holder.
LOCK_SECONDS = 60
# Settings that a database or a role may set for each session; sessions of this program have these values.
SETTINGS = {
    "search_path": "pg_catalog,pg_temp",
    "role": "none",
    "client_min_messages": "warning",
    "default_table_access_method": "heap",
    "default_tablespace": "",
    "default_transaction_deferrable": "off",
    "default_transaction_isolation": "read committed",
    "default_transaction_read_only": "off",
    "idle_in_transaction_session_timeout": "0",
    "local_preload_libraries": "",
    "lock_timeout": "0",
    "row_security": "off",
    "standard_conforming_strings": "on",
    "statement_timeout": "0",
}
IDLE = {"idle_session_timeout": "0"}
SINCE_17 = {"transaction_timeout": "0"}
# A login trigger could end every session of this program.
OF_SUPERUSERS = {"event_triggers": "off"}
# Between listing and reading, a table can be replaced by a view, which runs functions of its owner.
RESTRICTED = {"restrict_nonsystem_relation_kind": "view,foreign-table"}
RESTRICTED_SINCE = {12: 20, 13: 16, 14: 13, 15: 8, 16: 4}
# The last known holes of pg_dump: CVE-2024-7348, CVE-2025-8713 to 8715 and CVE-2026-6477.
SOUND_SINCE = {14: 23, 15: 18, 16: 14, 17: 10, 18: 4}

# Settings of a database by other roles, and their values without them.
OVERRIDDEN = """
select coalesce(pg_catalog.jsonb_object_agg(s.name, s.reset_val), '{{}}') from pg_catalog.pg_settings s
where s.context in ('user', 'superuser', 'backend', 'superuser-backend') and pg_catalog.lower(s.name) in (
    select pg_catalog.lower(pg_catalog.split_part(one, '=', 1))
    from pg_catalog.pg_db_role_setting t join pg_catalog.pg_database d on d.oid = t.setdatabase, pg_catalog.unnest(t.setconfig) one
    where t.setrole = 0 and d.datname = {database})
"""
DATABASES = """
select coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('name', datname, 'connects', datallowconn) order by datname), '[]')
from pg_catalog.pg_database where datname not in ('template0', 'template1') and datconnlimit <> -2
"""


class Server:
    """A PostgreSQL server, reached through the directory of its socket."""

    def __init__(self, socket: str | pathlib.Path, user: str, slot: str | None = None) -> None:
        # Slot for which the server keeps the log that its receiver does not have yet.
        self.slot = slot
        self.user = user
        self._base = {
            "PGHOST": str(socket),
            "PGAPPNAME": "backup",
            "PGCLIENTENCODING": "UTF8",
            "PSQLRC": "/dev/null",
            "PGDATABASE": "postgres",
        }
        self._version: int | None = None

    def version(self, deadline: Deadline) -> int:
        """The version as a number such as 170010."""
        if self._version is None:
            self._version = int(self._psql("show server_version_num", deadline, SETTINGS))
        return self._version

    def environment(self, deadline: Deadline, database: str = "postgres", restricted: bool = False, **more: str) -> dict[str, str]:
        """Returns the environment of a program that connects to a database as superuser, without the database's
        settings."""
        version = self.version(deadline)
        settings = {**self._overridden(database, deadline), **known_to(version), **(OF_SUPERUSERS if version >= 170_000 else {})}
        if restricted and knows_restriction(version):
            settings |= RESTRICTED
        return {**self._base, "PGUSER": self.user, "PGOPTIONS": options({**settings, **more})}

    def environment_of(self, login: str, role: str, deadline: Deadline) -> dict[str, str]:
        """Returns the environment of a program that connects without privileges, and works as a role of which it is a
        member."""
        return {**self._base, "PGUSER": login, "PGOPTIONS": options({**known_to(self.version(deadline)), "role": role})}

    def environment_as_set(self) -> dict[str, str]:
        """Returns the environment of a program that gets the settings of its database."""
        return {**self._base, "PGUSER": self.user, "PGOPTIONS": ""}

    def query(self, sql: str, deadline: Deadline, database: str = "postgres") -> str:
        """Returns the answer of a query, as text."""
        limits = {"lock_timeout": f"{LOCK_SECONDS}s", "statement_timeout": str(int(deadline.left() * 1000) + 1)}
        env = self.environment(deadline, database, restricted=True, **limits)
        return run(["psql", *QUIET, "-d", connection(database), "-f", "-"], deadline, env=env, text=sql).strip()

    def ask(self, sql: str, deadline: Deadline, database: str = "postgres", **values: object) -> Any:
        """Returns the answer of a query, from JSON; values are named in braces."""
        return json.loads(self.query(filled(sql, values), deadline, database))

    def execute(self, sql: str, deadline: Deadline, database: str = "postgres", **values: object) -> None:
        """Runs the statements that a query makes, one by one and as the server quoted them."""
        self.query(filled(sql, values).rstrip().rstrip(";") + "\n\\gexec\n", deadline, database)

    def databases(self, deadline: Deadline) -> Any:
        """Returns all databases except the templates of every server."""
        return self.ask(DATABASES, deadline)

    def _overridden(self, database: str, deadline: Deadline) -> Any:
        if database == "postgres":
            # The setting is the superuser's own.
            return {}
        return json.loads(self._psql(OVERRIDDEN.format(database=literal(database)), deadline, known_to(self.version(deadline))))

    def _psql(self, sql: str, deadline: Deadline, settings: Mapping[str, str]) -> str:
        env = {**self._base, "PGUSER": self.user, "PGOPTIONS": options(settings)}
        return run(["psql", *QUIET, "-f", "-"], deadline, env=env, text=sql).strip()


def filled(sql: str, values: Mapping[str, object]) -> str:
    """Returns a query with its values: text, or any JSON document."""
    return sql.format(**{key: literal(one) if isinstance(one, str) else document(one) for key, one in values.items()})


def known_to(version: int) -> dict[str, str]:
    return {**SETTINGS, **(IDLE if version >= 140_000 else {}), **(SINCE_17 if version >= 170_000 else {})}


def knows_restriction(version: int) -> bool:
    major, minor = divmod(version, 10_000)
    return minor >= RESTRICTED_SINCE.get(major, 0 if major >= 17 else minor + 1)


def is_sound(major: int, minor: int) -> bool:
    """Returns whether a version has no hole that a dump of a hostile database could use."""
    return minor >= SOUND_SINCE.get(major, 0 if major > max(SOUND_SINCE) else minor + 1)


def options(settings: Mapping[str, str]) -> str:
    return " ".join(f"-c {key}={word(value)}" for key, value in settings.items())


def of(settings: Settings) -> Server:
    """The server of a configuration."""
    known = settings["postgres"]
    return Server(known["socket"], known["user"], known.get("slot"))


def first_number(text: str) -> int:
    return int(re.findall(r"\d+", text)[0])
