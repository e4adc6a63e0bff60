"""Notifies recipients of a failed job."""

import json
import urllib.request

from . import configuration, mail

PATIENCE_SECONDS = 20


def tell(settings, job, reason):
    """Sends the failure to all recipients; returns the problems of that, and never raises."""
    problems = []
    for name, send in (("webhook", call), ("email", write)):
        try:
            if settings.get(name) is not None:
                send(settings[name], settings["host"], job, reason)
        except Exception as error:  # pylint: disable=broad-except; the failure itself is what counts
            # An address may hold a token, and an answer the name of a user.
            problems.append(f"{name}: {type(error).__name__}")
    return "; ".join(problems) or None


def call(path, host, job, reason):
    text = f"Backup of {host}: {job} failed. {reason}"
    request = urllib.request.Request(
        configuration.read_secret(path),
        data=json.dumps({"text": text, "host": host, "job": job, "reason": reason}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS):
        pass


def write(settings, host, job, reason):
    text = f"{job} of {host} failed:\n\n{reason}\n\nIt is in the log of the backup container, too.\n"
    mail.send(settings, f"Backup of {host}: {job} failed", text, PATIENCE_SECONDS)
