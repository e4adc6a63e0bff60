"""What is asked of Barman, and how often."""

import json
import unittest

from backup import barman
from backup.failure import Failure
from backup.processes import Deadline

from support import Temporary

KNOWN = {"end_time": "2026-11-21T02:00:00", "backup_size_bytes": 7, "begin_wal": "000000010000000000000005", "end_lsn": "0/5000100"}


class Bases(Temporary):
    listed = [("c", "FAILED"), ("b", "WAITING_FOR_WALS"), ("a", "DONE"), ("d", "STARTED")]

    def setUp(self):
        super().setUp()
        self.barman = barman.Barman(self.directory)
        meta = self.barman.home / barman.SERVER / "meta"
        meta.mkdir(parents=True)
        for number in "ab":
            (meta / f"{number}-backup.info").write_text("xlog_segment_size=16777216\n")
        self.asked = []
        self.put(barman, "run", self.answer)

    def answer(self, words, _, env=None):
        command = words[words.index("--format=json") + 1 :]
        self.asked.append(command[0])
        if command[0] == "list-backups":
            return json.dumps({barman.SERVER: [{"backup_id": number, "status": status} for number, status in self.listed]})
        return json.dumps({barman.SERVER: {"base_backup_information": KNOWN}})

    def test_which_can_be_restored_is_one_question_however_many_there_are(self):
        self.assertEqual(self.barman.restorable(Deadline(9)), ["a", "b"])
        self.assertEqual(self.asked, ["list-backups"])

    def test_more_is_asked_of_those_alone(self):
        whole = self.barman.whole(Deadline(9))
        self.assertEqual([(one["id"], one["bytes"], one["segmentBytes"]) for one in whole], [("a", 7, 2**24), ("b", 7, 2**24)])
        self.assertEqual(self.asked, ["list-backups", "show-backup", "show-backup"])

    def test_none_that_can_be_restored_is_a_failure_that_names_the_job(self):
        self.listed = self.listed[:1]
        self.assertEqual(self.barman.ids(Deadline(9)), [])
        with self.assertRaisesRegex(Failure, "there is no base backup yet; look at the job base-backup"):
            self.barman.restorable(Deadline(9))


if __name__ == "__main__":
    unittest.main()
