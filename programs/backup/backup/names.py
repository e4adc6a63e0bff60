"""PostgreSQL's names, which may be any text without a zero byte: as data for a server, and as text for readers."""

import json
import re
from collections.abc import Iterable

PLAIN = re.compile(r"[A-Za-z0-9_.$-]+")


def literal(text: str) -> str:
    """Returns an expression with a text as its value. It has only digits and letters, so no parser of SQL can misread
    it."""
    return f"pg_catalog.convert_from(pg_catalog.decode('{text.encode().hex()}', 'hex'), 'UTF8')"


def document(facts: object) -> str:
    """Returns an expression with a JSON document as its value."""
    return f"{literal(json.dumps(facts))}::pg_catalog.jsonb"


def connection(database: str) -> str:
    """Returns a database for `--dbname`, where a plain name may be taken for an address."""
    escaped = database.replace("\\", "\\\\").replace("'", "\\'")
    return f"dbname='{escaped}'"


def word(value: str) -> str:
    """Returns one word of PGOPTIONS."""
    return re.sub(r"([\\\s])", r"\\\1", value)


def shown(name: str) -> str:
    """Returns a name for a message: as it is, or in quotes with escapes if a log or a terminal would interpret it."""
    return name if PLAIN.fullmatch(name) else repr(name)


def listed(names: Iterable[str]) -> str:
    return ", ".join(shown(name) for name in names)
