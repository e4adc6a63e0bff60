"""What is said where a disk is full."""

import pathlib
import shutil
import unittest
from unittest import mock

from backup import jobs, room
from backup.failure import Failure


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


class Little(unittest.TestCase):
    def restore(self, free, devices=(1, 1)):
        """Of 100 MB that stay, and 50 that are fetched meanwhile."""
        left = [*devices]
        with (
            mock.patch.object(shutil, "disk_usage", lambda _: mock.Mock(free=free)),
            mock.patch.object(room.os, "stat", lambda _: mock.Mock(st_dev=left.pop())),
            mock.patch.object(room, "existing", lambda path: path),
        ):
            room.refuse_little(pathlib.Path("/new"), 100_000_000, 50_000_000)

    def test_what_is_fetched_takes_room_too_where_it_is_on_the_same_disk(self):
        with self.assertRaisesRegex(Failure, "the new volume has 149 MB free, and at least 150 MB are needed"):
            self.restore(149_000_000)
        self.restore(150_000_000)
        self.restore(100_000_000, (1, 2))
        with self.assertRaisesRegex(Failure, "the new volume has 99 MB free, and at least 100 MB are needed"):
            self.restore(99_000_000, (1, 2))


if __name__ == "__main__":
    unittest.main()
