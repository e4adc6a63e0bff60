"""Tells a person that a job failed."""

import json
import urllib.request

from . import configuration

PATIENCE_SECONDS = 20


def tell(settings, job, reason):
    """Sends the failure to the webhook, if there is one; returns what went wrong with that, never raises."""
    webhook = settings.get("webhook")
    if webhook is None:
        return None
    text = f"Backup of {settings['host']}: {job} failed. {reason}"
    try:
        request = urllib.request.Request(
            configuration.read_secret(webhook),
            data=json.dumps({"text": text, "host": settings["host"], "job": job, "reason": reason}).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS):
            return None
    except Exception as error:  # pylint: disable=broad-except; the failure itself is what counts
        # The address may hold a token.
        return type(error).__name__
