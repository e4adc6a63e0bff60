"""The moments to which a database can be recovered."""

import re
from collections.abc import Sequence
from datetime import datetime, timezone

from .facts import Facts
from .failure import Failure
from .wal import bytes_of

LATEST = {"kind": "latest"}


def parse(text: str) -> Facts:
    """Parses `latest`, a time such as 2026-11-21T10:15:00+01:00 (UTC without a zone), a position such as 0/3000060, or
    a name."""
    if text == "latest":
        return LATEST
    if re.fullmatch(r"[0-9A-Fa-f]{1,8}/[0-9A-Fa-f]{1,8}", text):
        return {"kind": "lsn", "value": text}
    if re.match(r"\d{4}-\d\d-\d\d", text):
        return {"kind": "time", "value": moment(text).isoformat()}
    return {"kind": "name", "value": text}


def moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Failure(f"{text!r} is not a time; write for example 2026-11-21T10:15:00+01:00") from None
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)


def candidates(backups: Sequence[Facts], target: Facts) -> list[Facts]:
    """Returns the base backups that a recovery may start from, the best one first."""
    if not backups:
        raise Failure("there is no base backup to begin with; look at the job base-backup")
    fitting = [one for one in backups if is_before(one, target)]
    if fitting:
        return fitting[::-1] if target["kind"] == "name" else [fitting[-1]]
    first = datetime.fromtimestamp(backups[0]["ended"], timezone.utc).isoformat(timespec="seconds")
    raise Failure(f"{target['value']} is before the first base backup, which ended at {first} ({backups[0]['lsn']}); name a later moment")


def is_before(backup: Facts, target: Facts) -> bool:
    if target["kind"] == "time":
        return bool(backup["ended"] <= moment(target["value"]).timestamp())
    if target["kind"] == "lsn":
        return bytes_of(backup["lsn"]) <= bytes_of(target["value"])
    return True


def is_within(target: Facts, received: Facts) -> bool:
    """Returns whether a target is not after the received log."""
    if target["kind"] == "time":
        return bool(moment(target["value"]).timestamp() <= received["time"])
    return target["kind"] == "lsn" and bytes_of(target["value"]) <= bytes_of(received["lsn"])


def described(target: Facts) -> str:
    kinds = {"latest": "its end", "time": "{value}", "lsn": "position {value}", "name": "a restore point {value!r}"}
    return kinds[target["kind"]].format(**target)
