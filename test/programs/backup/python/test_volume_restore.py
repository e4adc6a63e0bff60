"""A whole volume from a backup of its files."""

import os
import pathlib
import shutil
import unittest

from backup import configuration, files, volume_restore
from backup.failure import Failure
from backup.processes import Deadline

from support import NOBODY, Temporary

SPOOL = pathlib.Path("/spool")


class Place:
    """A repository with one backup, of a directory that is here."""

    name = "local"

    def __init__(self, directory, size):
        self._directory = directory
        self._size = size

    def snapshots(self, _tag, _deadline):
        return [{"id": "aaaa1111", "short_id": "aaaa", "time": "2026-11-21T03:00:00Z"}]

    def newest(self, tag, deadline):
        return self.snapshots(tag, deadline)[-1]

    def restored_size(self, _snapshot, _deadline):
        return self._size

    def fetch(self, _snapshot, _path, target, _tag, _deadline):
        shutil.copytree(self._directory, target / SPOOL.relative_to("/") / "files", symlinks=True)


class Volumes(Temporary):
    def setUp(self):
        super().setUp()
        self.saved, self.volume = self.directory / "saved", self.directory / "volume"
        data = self.saved / files.DATA
        (data / "deep").mkdir(parents=True)
        (data / "deep/photo").write_text("photo")
        (data / ".hidden").write_text("hidden")
        (data / "deep").chmod(0o755)
        os.symlink("deep/photo", data / "link")
        data.chmod(0o750)
        files.write_manifest(self.saved)
        self.volume.mkdir(mode=0o755)
        self.put(configuration, "SPOOL", SPOOL)

    def restore(self, snapshot="latest", size=11):
        return volume_restore.whole(Place(self.saved, size), snapshot, self.volume, Deadline(9))

    def assert_refused(self, text, **options):
        with self.assertRaisesRegex(Failure, text):
            self.restore(**options)

    def test_come_back_with_all_that_was_in_them(self):
        self.assertEqual(self.restore()["files"], 2)
        self.assertEqual(sorted(os.listdir(self.volume)), [".hidden", "deep", "link"])
        self.assertEqual((self.volume / "link").read_text(), "photo")
        self.assertEqual(self.volume.stat().st_mode & 0o777, 0o750)

    def test_belong_to_whom_they_belonged_with_all_of_their_mode(self):
        data = self.directory / files.DATA
        data.mkdir()
        owner = NOBODY if os.getuid() == 0 else os.getuid()
        os.chown(data, owner, -1)
        data.chmod(0o2750)
        volume_restore.move_up(data, self.volume)
        self.assertEqual((self.volume.stat().st_uid, self.volume.stat().st_mode & 0o7777), (owner, 0o2750))

    def test_stay_empty_when_a_byte_is_not_as_it_was(self):
        (self.saved / files.DATA / "deep/photo").write_text("phot0")
        self.assert_refused("not as it was saved, first at deep/photo")
        self.assertEqual(os.listdir(self.volume), [])

    def test_stay_empty_when_a_mode_is_not_as_it_was(self):
        (self.saved / files.DATA / "deep").chmod(0o700)
        self.assert_refused("mode or owner are not as they were saved, first at deep: 0700 ")
        self.assertEqual(os.listdir(self.volume), [])

    def test_with_anything_in_them_are_left_alone(self):
        (self.volume / "mine").write_text("mine")
        self.assert_refused("the volume is not empty; restore into a new one")
        self.assertEqual((self.volume / "mine").read_text(), "mine")

    def test_of_a_file_system_of_their_own_are_empty_with_what_that_makes_itself(self):
        (self.volume / "lost+found").mkdir()
        (self.saved / files.DATA / "lost+found").mkdir()
        self.assert_refused("not as it was saved")
        self.assertEqual(os.listdir(self.volume), ["lost+found"])
        files.write_manifest(self.saved)
        self.assertEqual(self.restore()["files"], 2)
        shutil.rmtree(self.volume)
        (self.volume / "lost+found").mkdir(parents=True)
        (self.volume / "lost+found/#12").write_text("mine")
        self.assert_refused("the volume is not empty")

    def test_may_have_what_is_called_like_a_draft(self):
        (self.saved / files.DATA / ".restoring").mkdir()
        (self.saved / files.DATA / ".restoring/mine").write_text("mine")
        files.write_manifest(self.saved)
        self.restore()
        self.assertEqual((self.volume / ".restoring/mine").read_text(), "mine")

    def test_without_room_are_left_alone(self):
        self.assert_refused("the new volume has .* free, and at least", size=1 << 60)
        self.assertEqual(os.listdir(self.volume), [])

    def test_a_backup_that_is_not_there_is_named_with_those_that_are(self):
        self.assert_refused("repository local has 0 backups ffff; it has aaaa", snapshot="ffff")


if __name__ == "__main__":
    unittest.main()
