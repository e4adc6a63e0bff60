"""Notifies recipients of a failed job."""

import json
import urllib.request

from . import configuration, mail
from .settings import Settings

PATIENCE_SECONDS = 20


def tell(settings: Settings, job: str, reason: str) -> str | None:
    """Sends the failure to all recipients; returns the problems of that, and never raises."""
    problems = []
    for name, send in (("webhook", call), ("email", write)):
        try:
            send(settings, job, reason)
        except Exception as error:  # pylint: disable=broad-except; the failure itself is what counts
            # An address may hold a token, and an answer the name of a user.
            problems.append(f"{name}: {type(error).__name__}")
    return "; ".join(problems) or None


def call(settings: Settings, job: str, reason: str) -> None:
    path, host = settings.get("webhook"), settings["host"]
    if path is None:
        return
    text = f"Backup of {host}: {job} failed. {reason}"
    request = urllib.request.Request(
        configuration.read_secret(path),
        data=json.dumps({"text": text, "host": host, "job": job, "reason": reason}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS):
        pass


def write(settings: Settings, job: str, reason: str) -> None:
    recipients, host = settings.get("email"), settings["host"]
    if recipients is None:
        return
    text = f"{job} of {host} failed:\n\n{reason}\n\nIt is in the log of the backup container, too.\n"
    mail.send(recipients, f"Backup of {host}: {job} failed", text, PATIENCE_SECONDS)
