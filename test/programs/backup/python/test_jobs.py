"""How a job ends whose record cannot be written."""

import errno
import unittest
from unittest import mock

from backup import configuration, jobs, notify, schedule
from backup.failure import Failure, Withheld
from backup.record import Record

from support import Temporary

SETTINGS = {"host": "shop-prod", "jobs": {"dump": {"timeLimit": 60}}}


class Unrecorded(Temporary):
    def setUp(self):
        super().setUp()
        self.put(configuration, "STATE", self.directory)
        self.put(jobs, "say", lambda _: None)
        self.told = self.put(notify, "tell", mock.Mock(return_value=None))

    def run_dump(self, problem):
        with mock.patch.dict(jobs.JOBS, {"dump": mock.Mock(side_effect=problem)}):
            return jobs.run_job("dump", SETTINGS)

    def test_a_failure_is_recorded_and_told(self):
        self.assertFalse(self.run_dump(Failure("no server")))
        self.assertEqual(Record("dump").read()["reason"], "no server")
        self.told.assert_called_once_with(SETTINGS, "dump", "no server")

    def test_a_retention_that_is_withheld_is_too_and_the_backup_counts_as_done(self):
        self.assertFalse(self.run_dump(Failure("no server")))
        self.assertFalse(Record("dump").has_succeeded())
        self.assertFalse(self.run_dump(Withheld("a clock was ahead")))
        record = Record("dump").read()
        self.assertEqual((record["ok"], record["reason"], record["failed"]), (0, "a clock was ahead", record["ended"]))
        self.assertGreaterEqual(record["done"], record["started"])
        self.assertTrue(Record("dump").has_succeeded())
        self.assertEqual(self.told.call_args.args[2], "a clock was ahead")
        Record("dump").forget_success()
        self.assertFalse(Record("dump").has_succeeded())

    def test_people_are_told_on_a_full_disk_also_of_the_very_first_run(self):
        self.put(configuration, "write_whole", mock.Mock(side_effect=OSError(errno.ENOSPC, "No space left on device")))
        with self.assertRaises(SystemExit) as ended:
            self.run_dump(None)
        self.assertEqual(ended.exception.code, jobs.UNRECORDED)
        reason = self.told.call_args.args[2]
        self.assertRegex(reason, "No space left on device; and that cannot be recorded: .*No space left on device")

    def test_it_is_tried_again_after_minutes(self):
        self.assertTrue(self.starts([0], 20) > 1)
        self.assertEqual(self.starts([jobs.UNRECORDED], 20), 1)

    def starts(self, codes, turns):
        """How often a job that is always due starts in some turns of the schedule, a quarter of a minute each."""
        clock = iter(range(0, 15 * 10 * turns, 5))
        process = mock.Mock(poll=mock.Mock(return_value=codes[0]))
        started = mock.Mock(return_value=process)
        self.put(schedule.subprocess, "Popen", started)
        self.put(schedule, "trigger_of", mock.Mock())
        self.put(schedule, "is_due", mock.Mock(return_value=True))
        self.put(schedule, "wait", mock.Mock(side_effect=[*[None] * turns, KeyboardInterrupt]))
        with mock.patch("time.monotonic", side_effect=clock), self.assertRaises(KeyboardInterrupt):
            schedule.run_forever({"jobs": {"dump": {"schedule": {}}}})
        return started.call_count


if __name__ == "__main__":
    unittest.main()
