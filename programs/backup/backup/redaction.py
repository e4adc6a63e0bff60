"""Removes the secrets that this program knows from its messages: other programs may repeat an address or a password."""

import base64
import json
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

HIDDEN = "<secret>"
# A shorter value is part of many words.
LEAST = 3
KNOWN: set[str] = set()


def learn(value: str) -> None:
    """Adds a value to remove, in each form in which it may be repeated; lines of a longer value one by one, too."""
    for part in {value, *value.splitlines()}:
        if len(part.strip()) >= LEAST:
            KNOWN.update(forms_of(part.strip()))


def forms_of(value: str) -> set[str]:
    data = value.encode()
    escaped = json.dumps(value)[1:-1]
    forms = {value, quote(value, safe=""), quote(value), quote_plus(value), escaped, repr(value)[1:-1], data.hex()}
    return {*forms, *(form for one in encoded(data) for form in (one, one.replace("+", "-").replace("/", "_")))}


def encoded(data: bytes) -> Iterator[str]:
    """Returns base64 at each offset in a longer text, without the characters that depend on its neighbours."""
    for before in range(3):
        text = base64.b64encode(b"\0" * before + data).decode().rstrip("=")
        whole = text[(0, 2, 3)[before] : len(text) - (1 if (before + len(data)) % 3 else 0)]
        if len(whole) >= 2 * LEAST:
            yield whole


def clean(text: str) -> str:
    """Returns a text without any of them, the longest first."""
    for form in sorted(KNOWN, key=len, reverse=True):
        text = text.replace(form, HIDDEN)
    return text
