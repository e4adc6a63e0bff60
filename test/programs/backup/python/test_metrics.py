"""What the metrics say of the records."""

import unittest
from unittest import mock

from prometheus_client import CollectorRegistry, generate_latest

from backup import configuration
from backup.record import Collector, Record

from support import Temporary


class Metrics(Temporary):
    def setUp(self):
        super().setUp()
        self.put(configuration, "STATE", self.directory)
        self.registry = CollectorRegistry()
        self.registry.register(Collector(["dump", "drill"]))

    def value(self, name, task="dump"):
        return self.registry.get_sample_value(f"backup_{name}", {"task": task})

    def test_a_job_that_never_ran_has_never_succeeded_and_never_failed(self):
        self.assertEqual(self.value("last_success_timestamp_seconds"), 0)
        self.assertIsNone(self.value("last_failure_timestamp_seconds"))
        self.assertIsNone(self.value("last_run_success"))

    def test_a_failure_is_newer_than_the_success_before_it_also_while_the_job_is_tried_again(self):
        record = Record("dump")
        with mock.patch("time.time", side_effect=[100, 110, 200, 210, 300]):
            record.begin()
            record.succeed({"bytes": 7})
            record.begin()
            record.fail("the disk is full")
            record.begin()
        self.assertEqual(self.value("last_success_timestamp_seconds"), 110)
        self.assertEqual(self.value("last_failure_timestamp_seconds"), 210)
        self.assertEqual(self.value("last_start_timestamp_seconds"), 300)
        self.assertEqual(self.value("last_run_success"), 0)
        self.assertEqual(self.value("last_size_bytes"), 7)

    def test_no_label_is_one_that_prometheus_gives_itself(self):
        Record("drill").begin()
        self.assertNotIn("job=", generate_latest(self.registry).decode())


if __name__ == "__main__":
    unittest.main()
