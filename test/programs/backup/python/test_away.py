"""Repositories that are reached over a network: what they get to know, what is said of them, and what one that is away delays."""

import base64
import http.server
import json
import shutil
import threading
import unittest
from unittest import mock
from urllib.parse import quote

from backup import configuration, jobs, notify, redaction, repository
from backup.failure import Failure
from backup.processes import Deadline
from backup.record import Record
from backup.several import side_by_side

from support import Temporary

PASSWORD = 'CANARY/aGVs#bG8=?%[ &"'
FORMS = (PASSWORD, quote(PASSWORD, safe=""), base64.b64encode(f"shop@home:{PASSWORD}".encode()).decode(), "CANARY")


class Rest(http.server.BaseHTTPRequestHandler):
    """Has nothing, or does not answer."""

    def do_GET(self):
        self.server.seen.append(self.headers.get("Authorization"))
        if self.server.hangs:
            self.server.ended.wait(60)
        self.send_error(404)

    do_HEAD = do_POST = do_GET

    def log_message(self, *_):
        """Says nothing."""


@unittest.skipUnless(shutil.which("restic"), "restic not found on this machine")
class Away(Temporary):
    def setUp(self):
        super().setUp()
        known = {*redaction.KNOWN}
        self.addCleanup(lambda: (redaction.KNOWN.clear(), redaction.KNOWN.update(known)))
        self.put(configuration, "STATE", self.directory / "state")
        (self.directory / "key").write_text("the key of the repository")
        (self.directory / "rest-password").write_text(PASSWORD + "\n")
        (self.directory / "data").write_text("what is saved")

    def serve(self, hangs=False):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Rest)
        server.seen, server.hangs, server.ended = [], hangs, threading.Event()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(lambda: (server.ended.set(), server.shutdown(), server.server_close()))
        return server

    def rest(self, server):
        return {
            "name": "rest",
            "url": f"rest:http://127.0.0.1:{server.server_address[1]}/shop",
            "password": str(self.directory / "key"),
            "environment": {"RESTIC_REST_USERNAME": "shop@home"},
            "secrets": {"RESTIC_REST_PASSWORD": str(self.directory / "rest-password")},
        }

    def local(self):
        return {"name": "local", "url": str(self.directory / "local"), "password": str(self.directory / "key")}

    def places(self, server):
        return [repository.Repository(one, "shop/postgres") for one in (self.rest(server), self.local())]

    def test_gets_user_and_password_as_they_are_whatever_signs_they_have(self):
        server = self.serve()
        with self.assertRaises(Failure):
            self.places(server)[0].reach(Deadline(60))
        sent = [base64.b64decode(one.removeprefix("Basic ")).decode() for one in server.seen]
        self.assertEqual({*sent}, {f"shop@home:{PASSWORD}"})

    def test_is_told_of_without_the_password_in_the_log_the_record_and_the_notification(self):
        every = {"minutes": [0], "hours": [3], "days": [1], "months": [1], "weekdays": [0], "timeZone": "UTC"}
        place = {**self.rest(self.serve()), "options": [], "retention": []}
        job = {"timeLimit": 60, "schedule": every}
        settings = {"host": "shop", "jobs": {"dump": job}, "repositories": [place], "drill": {"assertions": []}}
        path = self.directory / "settings.json"
        path.write_text(json.dumps(settings))
        loaded = configuration.load(path)
        told, said = self.put(notify, "tell", mock.Mock(return_value=None)), []
        self.put(jobs, "say", said.append)
        for form in FORMS[:3]:
            with mock.patch.dict(jobs.JOBS, {"dump": mock.Mock(side_effect=Failure(f'parse "https://shop:{form}@x": invalid port'))}):
                self.assertFalse(jobs.run_job("dump", loaded))
            for text in (Record("dump").read()["reason"], told.call_args.args[2], redaction.clean(said[-1])):
                self.assertIn("invalid port", text)
                for secret in FORMS:
                    self.assertNotIn(secret, text)

    def test_that_does_not_answer_keeps_no_other_from_its_backup(self):
        self.put(repository, "ANSWER_SECONDS", 1)
        places = self.places(self.serve(hangs=True))
        deadline = Deadline(120)

        def publish(place):
            with place.opened(deadline):
                return place.save([self.directory / "data"], "dump", deadline)

        with self.assertRaisesRegex(Failure, "^repository rest: cannot be reached: did not answer in 1 seconds"):
            side_by_side(places, publish)
        self.assertEqual(len(places[1].snapshots("dump", deadline)), 1)

    def test_and_the_others_are_written_to_at_the_same_time(self):
        both = threading.Barrier(2)
        places = [mock.Mock(), mock.Mock()]
        places[0].name, places[1].name = "one", "two"
        self.assertEqual(sorted(side_by_side(places, lambda place: both.wait(30) and place.name or place.name)), ["one", "two"])


if __name__ == "__main__":
    unittest.main()
