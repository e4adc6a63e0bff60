"""What a restore refuses before it touches anything."""

import shutil
import types
import unittest
from unittest import mock

from backup import configuration, fetching, restore
from backup.failure import Failure
from backup.processes import Deadline

from support import Temporary

SNAPSHOTS = [
    {"id": "aaaa1111", "short_id": "aaaa", "time": "2026-11-20T03:00:00Z"},
    {"id": "aabb2222", "short_id": "aabb", "time": "2026-11-21T03:00:00Z", "summary": {"total_bytes_processed": 7}},
]


class Place:
    """A repository that holds two dumps."""

    name = "local"

    def snapshots(self, _tag, _deadline):
        return SNAPSHOTS

    def newest(self, _tag, _deadline):
        return SNAPSHOTS[-1]

    def restored_size(self, _snapshot, _deadline):
        return 1_000_000


class Refusals(Temporary):
    def setUp(self):
        super().setUp()
        self.put(configuration, "SCRATCH", self.directory)

    def test_a_dump_that_is_not_there_and_an_id_of_several(self):
        with self.assertRaisesRegex(Failure, "repository local has 0 backups ffff; it has aaaa, aabb"):
            fetching.chosen(Place(), "ffff", "dump", Deadline(9))
        with self.assertRaisesRegex(Failure, "has 2 backups aa; it has aaaa, aabb"):
            fetching.chosen(Place(), "aa", "dump", Deadline(9))
        self.assertEqual(fetching.chosen(Place(), "latest", "dump", Deadline(9))["short_id"], "aabb")
        self.assertEqual(fetching.chosen(Place(), "aaaa", "dump", Deadline(9))["short_id"], "aaaa")

    def test_a_directory_in_which_something_is(self):
        mount = self.directory / "mount"
        target = mount / "18" / "docker"
        target.mkdir(parents=True)
        restore.refuse_used(target)
        (target / "x").write_text("")
        with self.assertRaisesRegex(Failure, "docker is not empty; restore into a new volume"):
            restore.refuse_used(target)
        (target / "x").rename(target / "PG_VERSION")
        with self.assertRaisesRegex(Failure, "holds the data of a server in .*18/docker"):
            restore.refuse_used(mount / "19" / "docker")

    def test_too_little_room_before_anything_is_done(self):
        usage = types.SimpleNamespace(free=100_000_000)
        with mock.patch.object(shutil, "disk_usage", return_value=usage):
            with self.assertRaisesRegex(Failure, "the new volume has 100 MB free, and at least 135 MB are needed"):
                restore.check(Place(), "latest", self.directory / "new", Deadline(9))
        self.assertEqual(restore.check(Place(), "aaaa", self.directory / "new", Deadline(9))["bytes"], 1_000_000)


class Listing(unittest.TestCase):
    def test_says_of_each_dump_when_and_how_large_where_that_is_known(self):
        self.assertEqual(
            [(one["id"], one["kind"], one["bytes"]) for one in fetching.listed(Place(), Deadline(9))],
            [("aaaa", "dump", None), ("aabb", "dump", 7)],
        )


if __name__ == "__main__":
    unittest.main()
