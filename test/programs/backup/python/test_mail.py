"""Who is told by e-mail, through a server that is as a test wants it."""

import base64
import contextlib
import email
import email.policy
import os
import pathlib
import socketserver
import ssl
import subprocess
import tempfile
import threading
import unittest
from unittest import mock

from backup import notify

PASSWORD = "secret-4711"


class Handler(socketserver.StreamRequestHandler):
    """As much of SMTP as smtplib speaks; it notes all that it hears, and whether that was encrypted."""

    def handle(self):
        self.encrypted = False
        if self.server.silent:
            self.server.released.wait(10)
            return
        if self.server.tls == "implicit" and not self.encrypt():
            return
        self.say("220 mail.example.org")
        while True:
            line = self.rfile.readline().decode().strip()
            verb = line.split(" ")[0].upper()
            if not verb:
                return
            self.server.heard.append((verb, self.encrypted))
            if verb == "STARTTLS":
                self.say("220 go on")
                if not self.encrypt():
                    return
            elif verb == "QUIT":
                return self.say("221 bye")
            else:
                self.answer(verb, line)

    def finish(self):
        super().finish()
        self.connection.close()

    def answer(self, verb, line):
        if verb == "EHLO":
            offered = ["STARTTLS"] if self.server.tls == "starttls" and not self.encrypted else ["AUTH PLAIN"]
            self.say("250-mail.example.org", *(f"250 {one}" for one in offered))
        elif verb == "AUTH":
            _, _, password = base64.b64decode(line.split(" ")[2]).decode().split("\0")
            self.say("235 welcome" if password == PASSWORD else f"535 {password} is wrong")
        elif verb == "RCPT":
            self.say("550 nobody of that name" if self.server.refused in line and self.server.refused else "250 ok")
        elif verb == "DATA":
            self.say("354 go on")
            lines = []
            while (text := self.rfile.readline()) != b".\r\n":
                lines.append(text)
            self.server.letters.append(email.message_from_bytes(b"".join(lines), policy=email.policy.default))
            self.say("250 ok")
        else:
            self.say("250 ok")

    def encrypt(self):
        try:
            self.connection = self.server.context.wrap_socket(self.connection, server_side=True)
        except (ssl.SSLError, OSError):
            return False
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", buffering=0)
        self.encrypted = True
        return True

    def say(self, *lines):
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


@contextlib.contextmanager
def serving(certificate, tls="starttls", refused="", silent=False):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.tls, server.refused, server.silent = tls, refused, silent
        server.heard, server.letters, server.released = [], [], threading.Event()
        server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.context.load_cert_chain(certificate)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.released.set()
            server.shutdown()
            thread.join()


class Mail(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.directory = pathlib.Path(folder.name)
        (cls.directory / "password").write_text(f"{PASSWORD}\n")
        (cls.directory / "wrong").write_text("wrong-4712")
        for name in ("good", "strange"):
            cls.make_certificate(name)

    @classmethod
    def make_certificate(cls, name):
        file = cls.directory / f"{name}.pem"
        words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
        words += ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", f"{file}.key", "-out", file]
        subprocess.run(words, check=True, capture_output=True)
        file.write_text(pathlib.Path(f"{file}.key").read_text() + file.read_text())

    def setUp(self):
        patch = mock.patch.dict(os.environ, SSL_CERT_FILE=str(self.directory / "good.pem"))
        patch.start()
        self.addCleanup(patch.stop)

    def tell(self, server, **changed):
        mail = {
            "from": "backup@example.org",
            "to": ["ops@example.org", "boss@example.org"],
            "server": "127.0.0.1",
            "port": server.server_address[1],
            "tls": server.tls,
            "user": "backup",
            "password": str(self.directory / "password"),
            **changed,
        }
        settings = {"host": "shop-prod/postgres", "email": {key: value for key, value in mail.items() if value is not None}}
        return notify.tell(settings, "dump", "the disk is full: 100 % – nothing was saved")

    def test_it_arrives_and_the_password_only_when_encrypted(self):
        for tls in ("starttls", "implicit"):
            with serving(self.directory / "good.pem", tls) as server:
                self.assertIsNone(self.tell(server))
            letter = server.letters[0]
            self.assertEqual(letter["To"], "ops@example.org, boss@example.org")
            self.assertEqual(letter["Subject"], "Backup of shop-prod/postgres: dump failed")
            self.assertIn("the disk is full: 100 % – nothing was saved", letter.get_content())
            self.assertNotIn(PASSWORD, letter.as_string())
            plain = [verb for verb, encrypted in server.heard if not encrypted]
            self.assertEqual(plain, ["EHLO", "STARTTLS"] if tls == "starttls" else [])
            self.assertIn(("AUTH", True), server.heard)

    def test_a_server_that_does_not_encrypt_gets_nothing(self):
        with serving(self.directory / "good.pem", "none") as server:
            self.assertEqual(self.tell(server, tls="starttls"), "email: SMTPNotSupportedError")
        self.assertEqual([verb for verb, _ in server.heard if verb != "QUIT"], ["EHLO"])

    def test_a_server_with_a_strange_certificate_gets_nothing(self):
        for tls in ("starttls", "implicit"):
            with serving(self.directory / "strange.pem", tls) as server:
                self.assertEqual(self.tell(server), "email: SSLCertVerificationError")
            self.assertNotIn("AUTH", [verb for verb, _ in server.heard])
            self.assertEqual(server.letters, [])

    def test_unencrypted_where_that_is_wanted(self):
        with serving(self.directory / "good.pem", "none") as server:
            self.assertIsNone(self.tell(server, user=None, password=None))
        self.assertEqual(len(server.letters), 1)

    def test_a_wrong_password_is_not_repeated_to_anybody(self):
        with serving(self.directory / "good.pem") as server:
            self.assertEqual(self.tell(server, password=str(self.directory / "wrong")), "email: SMTPAuthenticationError")

    def test_one_who_is_refused_is_said_and_the_others_are_told(self):
        with serving(self.directory / "good.pem", refused="boss@example.org") as server:
            self.assertEqual(self.tell(server), "email: SMTPRecipientsRefused")
        self.assertEqual(len(server.letters), 1)

    def test_a_server_that_says_nothing_is_not_waited_for(self):
        with serving(self.directory / "good.pem", silent=True) as server, mock.patch.object(notify, "PATIENCE_SECONDS", 0.2):
            self.assertEqual(self.tell(server), "email: SMTPServerDisconnected")

    def test_a_webhook_that_is_down_keeps_no_letter_from_its_way(self):
        (self.directory / "webhook").write_text("http://127.0.0.1:1/token-4711")
        with serving(self.directory / "good.pem", "none") as server:
            mail = {"from": "a@b.c", "to": ["d@e.f"], "server": "127.0.0.1", "port": server.server_address[1], "tls": "none"}
            settings = {"host": "shop", "webhook": str(self.directory / "webhook"), "email": mail}
            self.assertEqual(notify.tell(settings, "dump", "why"), "webhook: URLError")
        self.assertEqual(len(server.letters), 1)


if __name__ == "__main__":
    unittest.main()
