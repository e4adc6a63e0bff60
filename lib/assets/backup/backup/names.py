"""Names that PostgreSQL allows, which is any text without a zero byte: as data for a server, and as words for people."""

import json
import re

PLAIN = re.compile(r"[A-Za-z0-9_.$-]+")


def literal(text):
    """An expression with a text as its value. It consists of digits and letters, so no reader of SQL can mistake it."""
    return f"pg_catalog.convert_from(pg_catalog.decode('{text.encode().hex()}', 'hex'), 'UTF8')"


def document(facts):
    """The same of what JSON can say."""
    return f"{literal(json.dumps(facts))}::pg_catalog.jsonb"


def connection(database):
    """A database for `--dbname`, where a plain name may be taken for an address."""
    escaped = database.replace("\\", "\\\\").replace("'", "\\'")
    return f"dbname='{escaped}'"


def word(value):
    """One word of PGOPTIONS."""
    return re.sub(r"([\\\s])", r"\\\1", value)


def shown(name):
    """A name for a message: as it is, or in quotes and with escapes where it would do something to a log or a terminal."""
    return name if PLAIN.fullmatch(name) else repr(name)


def listed(names):
    return ", ".join(shown(name) for name in names)
