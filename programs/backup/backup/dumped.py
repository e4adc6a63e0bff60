"""A dump as files: its facts about databases and roles, from any version of this program."""

import json
import pathlib
import re
from typing import Any

from . import sums, toc
from .dumping import GLOBALS, ROLES
from .facts import Facts, Table
from .failure import Failure
from .names import listed, shown

# Options of initdb, by their names in a statement that makes a database.
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
PROVIDERS = {"c": "libc", "i": "icu", "b": "builtin"}
# A table of a dump that was counted as text: both names quoted as by the server, possibly with line breaks.
COUNTED = re.compile(r'(?:"((?:[^"]|"")*)"|([a-z_][a-z0-9_$]*))\.(?:"((?:[^"]|"")*)"|([a-z_][a-z0-9_$]*))\|(\d+)(?:\n|\Z)')


class Dump:
    """The files of a dump, with verified checksums."""

    def __init__(self, directory: pathlib.Path) -> None:
        sums.check(directory)
        self.directory = directory
        self.databases = sorted((Dumped(file) for file in directory.glob("*.dump")), key=lambda one: one.name)
        if not self.databases:
            raise Failure("the dump has no database")

    @property
    def is_earlier(self) -> bool:
        """Returns whether an earlier version of this program made it, which wrote names as text."""
        return not (self.directory / ROLES).exists()

    @property
    def globals(self) -> pathlib.Path:
        return self.directory / GLOBALS

    @property
    def roles(self) -> Any:
        return json.loads((self.directory / ROLES).read_text(encoding="utf-8"))

    def locale(self) -> list[str]:
        """Returns options that make an empty server with the encoding and locale of the dumped one."""
        first = next((one for one in self.databases if one.name == "postgres"), None)
        return ["--encoding=UTF8"] if first is None else first.locale()

    def database(self, name: str) -> "Dumped":
        found = next((one for one in self.databases if one.name == name), None)
        if found is None:
            raise Failure(f"the dump has no database {shown(name)}; it has {listed(one.name for one in self.databases)}")
        return found


class Dumped:
    """One database of a dump."""

    def __init__(self, file: pathlib.Path) -> None:
        self.file = file
        record = file.with_suffix(".json")
        known = json.loads(record.read_text(encoding="utf-8")) if record.exists() else earlier(file)
        self.name, self.tables, self.facts = known["name"], known["tables"], known["database"]
        # Whether tables were counted without those that inherit from them.
        self.only = known.get("only", True)
        self._privileged = known["privileged"] and {tuple(one) for one in known["privileged"]}

    def is_privileged(self, entry: toc.Entry) -> bool:
        """Returns whether only a superuser can make it. If unknown, only functions may need that, and they run
        later."""
        if self._privileged is None:
            return entry.kind in ("FUNCTION", "PROCEDURE")
        return (entry.catalog, entry.oid) in self._privileged

    def locale(self) -> list[str]:
        if self.facts is None:
            statement = next(entry.statement for entry in toc.entries(self.file) if entry.kind == "DATABASE")
            words = re.findall(r"(\w+) = (?:'((?:[^']|'')*)'|(\w+))", statement)
            return [f"--{LOCALE_OPTIONS[key]}={text.replace(chr(39) * 2, chr(39)) or word}" for key, text, word in words if key in LOCALE_OPTIONS]
        options = {"encoding": "encoding", "collate": "lc-collate", "ctype": "lc-ctype", "rules": "icu-rules"}
        made = [f"--{option}={self.facts[key]}" for key, option in options.items() if self.facts[key] is not None]
        provider = PROVIDERS[self.facts["provider"]]
        return made if provider == "libc" else [*made, f"--locale-provider={provider}", f"--{provider}-locale={self.facts['locale']}"]

    def table(self, text: str) -> Table:
        """Returns schema and name of a table, as users write it."""
        known = [(one["schema"], one["name"]) for one in self.tables]
        fitting = [one for one in known if ".".join(one) == text] or [one for one in known if one == ("public", text)]
        if len(fitting) == 1:
            return fitting[0]
        some = listed(".".join(one) for one in known[:20]) or "none"
        raise Failure(f"the dump has {len(fitting) or 'no'} table {shown(text)}; it has {some}")


def earlier(file: pathlib.Path) -> Facts:
    """Returns the tables of a dump that were counted as text, one after the other."""
    text = file.with_suffix(".counts").read_bytes().decode()
    tables, at = [], 0
    while at < len(text):
        match = COUNTED.match(text, at)
        if match is None:
            raise Failure(f"{file.with_suffix('.counts').name} cannot be read from sign {at} on: it is not what was counted for a dump")
        schema, plain_schema, name, plain_name, rows = match.groups()
        tables.append({"schema": plain(schema, plain_schema), "name": plain(name, plain_name), "rows": int(rows)})
        at = match.end()
    name = file.with_suffix(".name").read_bytes().decode()
    return {"name": name, "tables": tables, "database": None, "only": False, "privileged": None}


def plain(quoted: str | None, unquoted: str) -> str:
    return unquoted if quoted is None else quoted.replace('""', '"')
