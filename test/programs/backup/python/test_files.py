"""What is written to disk, and what is made of it."""

import json
import os
import unittest
from unittest import mock

from backup import configuration, dumping, jobs, locks, notify, sums
from backup.failure import Failure
from backup.processes import Deadline, run
from backup.record import Record

from support import Temporary, cuts, flips


class Sums(Temporary):
    def setUp(self):
        super().setUp()
        (self.directory / "app.dump").write_bytes(b"PGDMP" * 20)
        (self.directory / "globals.sql").write_text("CREATE ROLE api;")
        sums.write(self.directory)

    def test_what_is_as_it_was_passes(self):
        sums.check(self.directory)

    def test_every_flipped_bit_and_every_cut_is_found(self):
        file = self.directory / "app.dump"
        for _ in flips(file):
            with self.assertRaisesRegex(Failure, "not as they were dumped: app.dump"):
                sums.check(self.directory)
        for _ in cuts(file):
            with self.assertRaisesRegex(Failure, "app.dump"):
                sums.check(self.directory)
        sums.check(self.directory)

    def test_a_file_more_or_less_is_found(self):
        (self.directory / "more.dump").write_text("")
        with self.assertRaisesRegex(Failure, "more.dump"):
            sums.check(self.directory)
        (self.directory / "more.dump").unlink()
        (self.directory / "globals.sql").unlink()
        with self.assertRaisesRegex(Failure, "globals.sql"):
            sums.check(self.directory)

    def test_without_the_sums_it_is_no_whole_dump(self):
        (self.directory / sums.SUMS).unlink()
        with self.assertRaisesRegex(Failure, "not a complete dump"):
            sums.check(self.directory)


class Names(unittest.TestCase):
    def test_of_files_are_safe_and_different(self):
        names = ["app", "App", "../etc", "a b", "a\nb", "ü", "a.b", "-x"]
        files = [dumping.file_name(name) for name in names]
        self.assertEqual(len(set(files)), len(names))
        for file in files:
            self.assertRegex(file, r"^[A-Za-z0-9_-]+$")


class Jobs(Temporary):
    settings = {"host": "shop-prod/postgres", "jobs": {"dump": {"timeLimit": 5}}}

    def setUp(self):
        super().setUp()
        self.put(configuration, "STATE", self.directory)

    def run_with(self, work):
        with mock.patch.dict(jobs.JOBS, {"dump": work}), mock.patch.object(jobs, "say"):
            return jobs.run_job("dump", self.settings)

    def test_one_that_goes_well_is_recorded(self):
        self.assertTrue(self.run_with(lambda *_: {"bytes": 7}))
        record = Record("dump").read()
        self.assertEqual((record["ok"], record["bytes"], record["reason"]), (1, 7, ""))
        self.assertGreaterEqual(record["succeeded"], record["started"])

    def test_a_failure_keeps_when_it_last_went_well(self):
        self.run_with(lambda *_: {"bytes": 7})
        before = Record("dump").read()["succeeded"]

        def fail(*_):
            raise Failure("the disk is full")

        self.assertFalse(self.run_with(fail))
        record = Record("dump").read()
        self.assertEqual((record["ok"], record["succeeded"], record["reason"]), (0, before, "the disk is full"))

    def test_anything_unforeseen_is_a_failure(self):
        self.assertFalse(self.run_with(lambda *_: {}["missing"]))
        self.assertEqual(Record("dump").read()["reason"], "KeyError: 'missing'")

    def test_one_that_is_killed_does_not_look_like_the_run_before(self):
        self.run_with(lambda *_: {})
        child = os.fork()
        if child == 0:
            self.run_with(lambda *_: os.kill(os.getpid(), 9))
        os.waitpid(child, 0)
        self.assertEqual(Record("dump").read()["ok"], 0)

    def test_a_second_one_is_refused_while_one_runs(self):
        with locks.alone("work"):
            with self.assertRaises(locks.Busy):
                self.run_with(lambda *_: {})
        self.assertTrue(self.run_with(lambda *_: {}))

    def test_who_is_to_be_told_and_cannot_be_is_said_without_the_address(self):
        secret = self.directory / "webhook"
        secret.write_text("http://127.0.0.1:1/token-4711\n")
        problem = notify.tell({**self.settings, "webhook": str(secret)}, "dump", "why")
        self.assertEqual(problem, "webhook: URLError")
        self.assertIsNone(notify.tell(self.settings, "dump", "why"))

    def test_a_record_is_whole_json_at_any_time(self):
        Record("dump").begin()
        self.assertEqual(json.loads((self.directory / "jobs/dump.json").read_text())["ok"], 0)


class Programs(unittest.TestCase):
    def test_one_that_fails_is_quoted(self):
        with self.assertRaisesRegex(Failure, r"sh -c ended with 3: no space"):
            run(["sh", "-c", "echo no space >&2; exit 3"], Deadline(10))

    def test_one_that_is_too_slow_is_ended_with_its_children(self):
        with self.assertRaisesRegex(Failure, "longer than its time limit of 0.3 seconds"):
            run(["sh", "-c", "sleep 60 & sleep 60"], Deadline(0.3))


if __name__ == "__main__":
    unittest.main()
