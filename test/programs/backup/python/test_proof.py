"""How the newest backups are handed to the drill, and what its verdict makes of them."""

import json
import threading
import time
import unittest
from datetime import datetime, timedelta, timezone

from backup import configuration, drill, files, proof, repository
from backup.failure import Failure
from backup.processes import Deadline

from support import Temporary

SETTINGS = {"drill": {"sqlite": []}}


class Place:
    """A repository whose newest backup was saved some minutes ago."""

    def __init__(self, name, minutes):
        self.name = name
        self._time = (datetime.now(timezone.utc) - timedelta(minutes=minutes)).isoformat()

    def newest(self, kind, _):
        return {"id": f"{kind} of {self.name}", "time": self._time}


class Proofs(Temporary):
    places = (Place("local", 1), Place("remote", 60))

    def setUp(self):
        super().setUp()
        self.scratch = self.put(configuration, "SCRATCH", self.directory / "scratch")
        self.scratch.mkdir()
        self.put(configuration, "STATE", self.directory / "state")
        self.put(proof, "POLL_SECONDS", 0.01)
        self.put(repository, "of", lambda _: self.places)
        self.fetched = []

    def begin_drill(self):
        """Answers as many requests as there are repositories."""
        worker = threading.Thread(target=lambda: [self.answer() for _ in self.places])
        worker.start()
        self.addCleanup(worker.join)

    def answer(self):
        end = time.monotonic() + 10
        while not (self.scratch / proof.REQUEST).exists() and time.monotonic() < end:
            time.sleep(0.01)
        request = json.loads((self.scratch / proof.REQUEST).read_text())
        (self.scratch / proof.REQUEST).unlink()
        drill.answer(self.scratch, request)

    def fetch(self, place, snapshot, target, _):
        self.fetched.append(snapshot)
        (target / files.DATA).mkdir(parents=True)
        (target / files.DATA / "a").write_text("a")
        files.write_manifest(target)

    def fetch_damaged(self, place, snapshot, target, deadline):
        self.fetch(place, snapshot, target, deadline)
        if place.name == "remote":
            (target / files.DATA / "a").write_text("b")

    def fetch_empty(self, place, snapshot, target, _):
        (target / files.DATA).mkdir(parents=True)
        files.write_manifest(target)

    def prove(self, fetch, **drill):
        return proof.prove({"drill": {**SETTINGS["drill"], **drill}}, "files", fetch, "the backup of {time}", Deadline(20))

    def test_each_newest_one_is_examined_and_the_oldest_of_them_counts(self):
        self.begin_drill()
        (self.scratch / "left").mkdir()
        self.assertAlmostEqual(self.prove(self.fetch)["age"], 3600, delta=60)
        self.assertEqual(self.fetched, ["files of local", "files of remote"])
        self.assertEqual([path.name for path in self.scratch.iterdir()], [proof.RESULT])

    def test_a_volume_that_is_still_empty_is_no_failure_until_it_had_a_file(self):
        for fetch in (self.fetch_empty, self.fetch):
            self.begin_drill()
            self.prove(fetch, sqlite=[] if fetch == self.fetch else ["later.db"])
        self.begin_drill()
        with self.assertRaisesRegex(Failure, r"it has 0 files, and at least 1 are expected \(`drill.leastFiles`\)"):
            self.prove(self.fetch_empty)

    def test_nor_for_longer_than_a_week_nor_where_people_said_what_there_is(self):
        self.put(proof, "YOUNG_SECONDS", 0)
        self.begin_drill()
        with self.assertRaisesRegex(Failure, "at least 1 are expected"):
            self.prove(self.fetch_empty)
        self.put(proof, "YOUNG_SECONDS", 60)
        self.begin_drill()
        with self.assertRaisesRegex(Failure, "at least 2 are expected"):
            self.prove(self.fetch_empty, leastFiles=2)

    def test_one_that_is_no_good_is_a_failure_that_says_where_and_of_when(self):
        self.begin_drill()
        when = r"repository remote: the backup of 20\S+ cannot be trusted: not as it was saved, first at a"
        with self.assertRaisesRegex(Failure, f"^{when}$"):
            self.prove(self.fetch_damaged)
        self.assertFalse((self.scratch / "files").exists())

    def test_nobody_who_takes_the_request_is_a_failure_and_the_request_is_taken_back(self):
        self.put(proof, "ACCEPT_SECONDS", 0.05)
        with self.assertRaisesRegex(Failure, "repository local: the drill's container takes no requests; is it running?"):
            self.prove(self.fetch)
        self.assertEqual([*self.scratch.iterdir()], [])


if __name__ == "__main__":
    unittest.main()
