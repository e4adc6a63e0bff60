"""What the files of a dump say of themselves: databases, tables, locale, and what made them."""

import re

from .failure import Failure
from .loading import counts_of, name_of
from .processes import run

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


def plain(identifier):
    return identifier[1:-1].replace('""', '"') if identifier.startswith('"') else identifier


def quoted(name):
    return '"' + name.replace('"', '""') + '"'
