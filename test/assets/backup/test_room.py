"""What is said where a disk is full."""

import pathlib
import shutil
import unittest
from unittest import mock

from backup import jobs, room


class Full(unittest.TestCase):
    places = [pathlib.Path("/"), pathlib.Path("/not-there")]

    def disks(self, free):
        with mock.patch.object(shutil, "disk_usage", lambda _: mock.Mock(free=free)):
            return room.full_disks(self.places)

    def test_a_disk_without_room_for_a_segment_of_the_log_is_named_with_what_to_do(self):
        self.assertEqual(self.disks(2_000_000), ["/ is full: 2 MB are free; make room on the disk of that volume"])

    def test_one_with_room_is_none_of_the_reasons(self):
        self.assertEqual(self.disks(16 * 2**20), [])

    def test_several_places_on_one_disk_are_one_reason(self):
        with mock.patch.object(Full, "places", [pathlib.Path("/"), pathlib.Path("/").resolve()]):
            self.assertEqual(len(self.disks(0)), 1)

    def test_whatever_fails_then_says_so(self):
        record = mock.Mock(job="base-backup")
        said = []
        with (
            mock.patch.object(room, "full_disks", lambda: ["/archive is full"]),
            mock.patch.object(jobs.notify, "tell", lambda *_: None),
            mock.patch.object(jobs, "say", said.append),
        ):
            jobs.failed(record, "the log was not received", {})
        record.fail.assert_called_once_with("the log was not received; /archive is full", False)
        self.assertEqual(said, ["base-backup FAILED: the log was not received; /archive is full"])


if __name__ == "__main__":
    unittest.main()
