"""restic's errors in one line, and what to do about them."""

import json
import os

from .processes import last_words

# The first backup makes a repository, so a missing one may only be new.
MISSING = ("is there a repository at the following location", "repository does not exist", "unable to open config file")
WRONG_KEY = "wrong password"


def told(text: str, key: str) -> str:
    """Returns its messages, each once; some are plain, and some are JSON. Then follows the advice, by the key of that
    name."""
    lines = [said(line.strip()) for line in text.splitlines()]
    words = "; ".join(line for line in dict.fromkeys(lines) if line)
    advice = advice_on(words.lower(), key)
    return last_words(words) + (f"; {advice}" if advice else "")


def said(line: str) -> str:
    try:
        message = json.loads(line)["message"]
    except (ValueError, KeyError, TypeError):
        return line
    return " ".join(message.split())


def advice_on(text: str, key: str) -> str:
    if WRONG_KEY in text:
        return f"put {key} back as it was when the repository was made"
    if "permission denied" in text:
        return f"if this is a directory, it must belong to user {os.getuid()}, with all that is in it"
    if is_missing(text) and ("does not exist" in text or "no such file" in text):
        return "if nothing was saved there yet, look at the job that saves it"
    return ""


def is_missing(text: str) -> bool:
    text = text.lower()
    return any(one in text for one in MISSING)
