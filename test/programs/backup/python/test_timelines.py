"""A server that went back, and what of its log can be reached since."""

import os
import pathlib
import tempfile
import unittest
from unittest import mock

from backup import pitr, timelines, wal
from backup.targets import moment

SEGMENT = 16 * 2**20
TIME = "1\t0/5000028\tbefore 2026-11-21 10:00:00.5+00\n"
POSITION = f"{TIME}\n2\t0/7000028\tafter LSN 0/7000000\n"


def at(text):
    return moment(text).timestamp()


def backup(name, timeline, number, lsn):
    return {"id": name, "first": wal.name_of(timeline, number, SEGMENT), "lsn": lsn}


class Turns(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.server = pathlib.Path(folder.name)

    def history(self, timeline, text, when, folder="wals"):
        file = self.server / folder / f"{timeline:08X}.history"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
        os.utime(file, (at(when), at(when)))

    def warned(self, text):
        return timelines.warning(timelines.turns_in(self.server), at(text))

    def reached(self, *backups):
        return [one["id"] for one in timelines.reachable(backups, timelines.turns_in(self.server))]

    def test_a_server_that_never_went_back_reaches_all_of_its_log(self):
        self.assertEqual(timelines.turns_in(self.server), [])
        self.assertIsNone(self.warned("2026-11-21T10:30:00"))
        self.assertEqual(self.reached(backup("one", 1, 4, "0/4000100"), backup("two", 1, 8, "0/8000100")), ["one", "two"])

    def test_a_time_between_is_one_that_brings_the_state_of_before(self):
        self.history(2, TIME, "2026-11-21T11:00:00")
        self.assertRegex(
            self.warned("2026-11-21T10:30:00"),
            "^NOTE: at 2026-11-21 11:00:00 UTC the database went back to before 2026-11-21 10:00:00 UTC. .* so this time brings that state$",
        )

    def test_times_before_and_after_are_as_always(self):
        self.history(2, TIME, "2026-11-21T11:00:00")
        self.assertIsNone(self.warned("2026-11-21T10:00:00"))
        self.assertIsNone(self.warned("2026-11-21T11:00:00"))

    def test_of_a_position_nobody_knows_the_time(self):
        self.history(2, TIME, "2026-11-21T11:00:00")
        self.history(3, POSITION, "2026-11-21T13:00:00", "streaming")
        self.assertRegex(self.warned("2026-11-21T12:00:00"), "went back to position 0/7000028 of the log. .* a time between brings")

    def test_who_went_back_to_the_end_lost_nothing(self):
        self.history(2, "1\t0/5000028\tno recovery target specified\n", "2026-11-21T11:00:00")
        self.assertIsNone(self.warned("2026-11-21T10:30:00"))

    def test_a_turn_that_the_archive_does_not_have_is_none_to_warn_of(self):
        self.history(3, f"{TIME}\n2\t0/7000028\tno recovery target specified\n", "2026-11-21T13:00:00")
        self.assertIsNone(self.warned("2026-11-21T10:30:00"))

    def test_the_older_one_of_two_copies_says_when(self):
        for first, second in (("wals", "streaming"), ("streaming", "wals")):
            self.history(2, TIME, "2026-11-21T11:00:00", first)
            self.history(2, TIME, "2026-11-21T12:00:00", second)
            self.assertEqual([turn.at for turn in timelines.turns_in(self.server)], [at("2026-11-21T11:00:00")])

    def test_a_turn_without_a_reason_has_none(self):
        self.history(3, "1\t0/5000028\t\n2\t0/7000028\tafter LSN 0/7000000\n", "2026-11-21T13:00:00")
        turns = timelines.turns_in(self.server)
        self.assertEqual([(turn.timeline, turn.reason) for turn in turns], [(1, ""), (2, "after LSN 0/7000000")])

    def test_a_timeline_whose_file_is_gone_is_not_found(self):
        self.history(2, TIME, "2026-11-21T11:00:00")
        self.history(3, POSITION, "2026-11-21T13:00:00", "streaming")
        self.assertEqual([timelines.leads_to(self.server, timeline) for timeline in (1, 2, 3, 4)], [True, True, True, False])

    def test_from_a_backup_after_a_turn_there_is_no_way(self):
        self.history(2, TIME, "2026-11-21T11:00:00")
        known = [backup("before", 1, 4, "0/4000100"), backup("after", 1, 6, "0/6000100"), backup("new", 2, 5, "0/5000100")]
        self.assertEqual(self.reached(*known), ["before", "new"])

    def test_a_timeline_that_was_left_again_is_none(self):
        self.history(2, TIME, "2026-11-21T11:00:00")
        self.history(3, TIME, "2026-11-21T12:00:00")
        self.assertEqual(self.reached(backup("left", 2, 5, "0/5000100"), backup("new", 3, 5, "0/5000100")), ["new"])


class Notes(unittest.TestCase):
    """What is said before a restore asks whether to go on."""

    def said(self, text):
        turn = timelines.Turn(1, 2, "0/5000028", "before 2026-11-21 10:00:00+00", at("2026-11-21 11:00:00"))
        with mock.patch.object(pitr, "examined", return_value=({"id": "one"}, [turn])), mock.patch.object(pitr, "say") as say:
            self.assertEqual(pitr.check(None, text, None, None), {"id": "one"})
        return [call.args[0] for call in say.call_args_list]

    def test_are_of_a_time_that_brings_another_state_and_of_no_other(self):
        (note,) = self.said("2026-11-21 10:30:00")
        self.assertIn("so this time brings that state", note)
        self.assertEqual(self.said("2026-11-21 09:30:00"), [])
        self.assertEqual(self.said("latest"), [])


if __name__ == "__main__":
    unittest.main()
