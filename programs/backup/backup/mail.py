"""Sends e-mail through a given server."""

import smtplib
import socket
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from . import configuration
from .settings import Email


def send(settings: Email, subject: str, text: str, patience: float) -> None:
    """Sends a mail, and raises smtplib's errors. Without a required TLS nothing is sent, not even the password."""
    with connect(settings, patience) as server:
        if settings.get("user") is not None:
            server.login(settings["user"], configuration.read_secret(settings["password"]))
        refused = server.send_message(message(settings, subject, text))
        if refused:
            raise smtplib.SMTPRecipientsRefused(refused)


def connect(settings: Email, patience: float) -> smtplib.SMTP:
    # The default name of this machine comes from DNS, which may not answer.
    host, port, own = settings["server"], settings["port"], socket.gethostname()
    if settings["tls"] == "implicit":
        return smtplib.SMTP_SSL(host, port, own, timeout=patience, context=ssl.create_default_context())
    server = smtplib.SMTP(host, port, own, patience)
    try:
        if settings["tls"] == "starttls":
            server.starttls(context=ssl.create_default_context())
    except BaseException:
        server.close()
        raise
    return server


def message(settings: Email, subject: str, text: str) -> EmailMessage:
    letter = EmailMessage()
    letter["From"] = settings["from"]
    letter["To"] = ", ".join(settings["to"])
    letter["Subject"] = subject
    letter["Date"] = formatdate()
    letter["Message-ID"] = make_msgid(domain=settings["from"].rpartition("@")[2])
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(text)
    return letter
