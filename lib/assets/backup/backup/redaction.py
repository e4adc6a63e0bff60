"""Takes the secrets that this program knows out of what it says: other programs may repeat an address or a password."""

import base64
import json
from urllib.parse import quote, quote_plus

HIDDEN = "<secret>"
# Less than this is a part of many words.
LEAST = 3
KNOWN = set()


def learn(value):
    """From now on a value is taken out, in each form in which it may be repeated; of several lines, each by itself, too."""
    for part in {value, *value.splitlines()}:
        if len(part.strip()) >= LEAST:
            KNOWN.update(forms_of(part.strip()))


def forms_of(value):
    data = value.encode()
    escaped = json.dumps(value)[1:-1]
    forms = {value, quote(value, safe=""), quote(value), quote_plus(value), escaped, repr(value)[1:-1], data.hex()}
    return {*forms, *(form for one in encoded(data) for form in (one, one.replace("+", "-").replace("/", "_")))}


def encoded(data):
    """Base64 at each place that it may have in a longer text, without the signs that depend on what stands around it."""
    for before in range(3):
        text = base64.b64encode(b"\0" * before + data).decode().rstrip("=")
        whole = text[(0, 2, 3)[before] : len(text) - (1 if (before + len(data)) % 3 else 0)]
        if len(whole) >= 2 * LEAST:
            yield whole


def clean(text):
    """A text without any of them, the longest first."""
    for form in sorted(KNOWN, key=len, reverse=True):
        text = text.replace(form, HIDDEN)
    return text
