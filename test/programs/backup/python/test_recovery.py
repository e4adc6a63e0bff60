"""Where a recovery begins, where it ends, and what is missing between."""

import json
import pathlib
import tempfile
import unittest
from unittest import mock

from backup import past, targets, timelines, wal
from backup.barman import SERVER, in_order
from backup.failure import Failure
from backup.processes import Deadline
from backup.recovery import Recovery

SEGMENT = 16 * 2**20


class Log(unittest.TestCase):
    def test_positions_are_numbers(self):
        self.assertEqual([wal.bytes_of(text) for text in ("0/0", "0/3000060", "1/0", "A/FF")], [0, 0x3000060, 2**32, 0xA000000FF])

    def test_names_go_on_after_the_last_of_a_file(self):
        names = [wal.name_of(1, number, SEGMENT) for number in (254, 255, 256)]
        self.assertEqual(names, ["0000000100000000000000FE", "0000000100000000000000FF", "000000010000000100000000"])
        self.assertEqual(wal.name_of(2, 5, 2**30), "000000020000000100000001")

    def test_a_hole_is_found_and_what_was_before_is_not_asked_for(self):
        names = [wal.name_of(1, number, SEGMENT) for number in range(250, 260)]
        self.assertEqual(wal.missing(names, names[3], SEGMENT), [])
        self.assertEqual(wal.missing(names[:5] + names[6:], names[3], SEGMENT), [names[5]])
        self.assertEqual(wal.missing(names[:2], names[3], SEGMENT), [names[3]])
        self.assertEqual(wal.missing([], names[3], SEGMENT), [names[3]])

    def test_the_one_that_is_being_written_counts_and_histories_do_not(self):
        names = [wal.name_of(1, 1, SEGMENT), f"{wal.name_of(1, 2, SEGMENT)}.partial", "00000002.history"]
        self.assertEqual(wal.missing(names, names[0], SEGMENT), [])

    def test_another_timeline_fills_no_hole(self):
        names = [wal.name_of(1, 1, SEGMENT), wal.name_of(2, 2, SEGMENT), wal.name_of(1, 3, SEGMENT)]
        self.assertEqual(wal.missing(names, names[0], SEGMENT), [wal.name_of(1, 2, SEGMENT)])

    def test_a_turn_is_followed(self):
        turns = [timelines.Turn(1, 2, "0/3000028", "", None), timelines.Turn(2, 4, "0/5000000", "", None)]
        way = [(1, 1), (1, 2), (2, 3), (2, 4), (4, 5), (4, 6)]
        names = [wal.name_of(*one, SEGMENT) for one in [*way, (1, 3), (1, 4), (2, 5)]]
        self.assertEqual(wal.missing(names, names[0], SEGMENT, turns), [])
        for number, one in enumerate(way[:-1]):
            gone = [names[number]]
            self.assertEqual(wal.missing([name for name in names if name not in gone], names[0], SEGMENT, turns), gone, one)
        self.assertEqual(wal.missing([wal.name_of(2, 4, SEGMENT), *names[4:6]], wal.name_of(2, 4, SEGMENT), SEGMENT, turns), [])
        self.assertEqual(wal.missing(names[5:6], names[5], SEGMENT, turns), [])

    def test_names_come_from_both_places(self):
        with tempfile.TemporaryDirectory() as directory:
            home = pathlib.Path(directory)
            for name in ("wals/0000000100000000/000000010000000000000001", "streaming/000000010000000000000002.partial"):
                (home / name).parent.mkdir(parents=True)
                (home / name).touch()
            self.assertEqual(wal.names_in(home), ["000000010000000000000001", "000000010000000000000002.partial"])


class Past(unittest.TestCase):
    second = "1\t0/5000028\tbefore 2026-11-21 10:00:00+00\n"

    def goes_on(self, ends, timeline, lsn, history="", archived=""):
        names = [wal.name_of(line, number, SEGMENT) for line, number in ends]
        present = {"timeline": f"{timeline:08X}", "lsn": lsn, "history": history, "segmentBytes": SEGMENT}
        return past.goes_on(names, lambda _: archived, present)

    def test_an_empty_archive_is_of_any(self):
        self.assertTrue(self.goes_on([], 7, "0/1000000"))

    def test_a_server_that_only_went_on_is_the_same(self):
        self.assertTrue(self.goes_on([(1, 3), (1, 4)], 1, "0/4000060"))
        self.assertTrue(self.goes_on([(1, 3)], 1, "0/9000060"))
        self.assertTrue(self.goes_on([(1, 5), (2, 5)], 2, "0/5000100", self.second, self.second))

    def test_a_server_that_went_back_goes_on_from_there(self):
        self.assertTrue(self.goes_on([(1, 9)], 2, "0/5000060", self.second))
        third = f"{self.second}\n2\t0/6000028\tbefore 2026-11-21 11:00:00+00\n"
        self.assertTrue(self.goes_on([(1, 9), (2, 8)], 3, "0/6000060", third, self.second))

    def test_the_data_of_before_is_of_another_past(self):
        self.assertFalse(self.goes_on([(1, 5), (2, 5)], 1, "0/A000060", "", self.second))
        self.assertFalse(self.goes_on([(1, 5)], 1, "0/4FFFFFF"))

    def test_a_number_that_was_given_twice_is_two_pasts(self):
        other = self.second.replace("10:00", "09:00")
        self.assertFalse(self.goes_on([(2, 5)], 2, "0/9000060", other, self.second))
        self.assertFalse(self.goes_on([(2, 5)], 3, "0/9000060", f"{other}\n2\t0/6000028\t\n", self.second))
        self.assertFalse(self.goes_on([(2, 5)], 2, "0/9000060", self.second, ""))


def backup(number, ended, lsn):
    return {"id": number, "ended": targets.moment(ended).timestamp(), "lsn": lsn}


class Order(unittest.TestCase):
    def test_is_that_of_the_log_also_where_a_clock_was_put_back(self):
        second = {**backup("20261121T020000", "2026-11-21T02:00:00", "0/9000000"), "first": wal.name_of(1, 8, SEGMENT)}
        first = {**backup("20361120T020000", "2036-11-20T02:00:00", "0/5000000"), "first": wal.name_of(1, 5, SEGMENT)}
        self.assertEqual(in_order([second, first]), [first, second])

    def test_who_went_back_goes_on_after_all_of_before(self):
        before = {**backup("one", "2026-11-21T02:00:00", "0/9000000"), "first": wal.name_of(1, 8, SEGMENT)}
        after = {**backup("two", "2026-11-21T03:00:00", "0/7000000"), "first": wal.name_of(2, 6, SEGMENT)}
        self.assertEqual(in_order([after, before]), [before, after])


class Way(unittest.TestCase):
    def begin(self, received, *histories):
        """Where a recovery gets to before it asks Barman for anything but its base backups, of which there are none."""
        with tempfile.TemporaryDirectory() as directory:
            home = pathlib.Path(directory)
            (home / SERVER / "wals").mkdir(parents=True)
            for name in histories:
                (home / SERVER / "wals" / name).touch()
            (home / "received.json").write_text(json.dumps(received), encoding="utf-8")
            barman = mock.Mock(home=home, reachable=lambda _: [])
            with Recovery(barman, targets.LATEST, home / "data", "postgres", Deadline(10)):
                self.fail("there is nothing to recover")

    def test_that_is_not_known_is_not_gone_wrongly(self):
        with self.assertRaisesRegex(Failure, "timeline 11, and the file 0000000B.history that leads there is missing. Restore from"):
            self.begin({"lsn": "0/5000000", "timeline": 11}, "00000002.history")

    def test_that_is_known_or_was_not_noted_is_gone(self):
        for received in ({"timeline": 11}, {"timeline": 1}, {}):
            with self.assertRaisesRegex(Failure, "there is no base backup to begin with"):
                self.begin(received, "0000000B.history")


class Targets(unittest.TestCase):
    backups = [backup("one", "2026-11-20T02:00:00", "0/5000000"), backup("two", "2026-11-21T02:00:00", "1/5000000")]

    def chosen(self, text):
        return [one["id"] for one in targets.candidates(self.backups, targets.parse(text))]

    def test_a_text_is_what_it_looks_like(self):
        kinds = {"latest": "latest", "0/3000060": "lsn", "2026-11-21": "time", "2026-11-21 10:15": "time", "before-migration": "name"}
        self.assertEqual({text: targets.parse(text)["kind"] for text in kinds}, kinds)
        self.assertEqual(targets.parse("2026-11-21T10:15:00+01:00")["value"], "2026-11-21T10:15:00+01:00")
        self.assertEqual(targets.parse("2026-11-21T10:15:00")["value"], "2026-11-21T10:15:00+00:00")

    def test_a_time_that_is_none_is_refused(self):
        with self.assertRaisesRegex(Failure, "'2026-13-41' is not a time; write for example 2026-11-21T10:15:00"):
            targets.parse("2026-13-41")

    def test_the_last_backup_before_the_target_is_taken(self):
        self.assertEqual(self.chosen("latest"), ["two"])
        self.assertEqual(self.chosen("2026-11-21T01:59:59"), ["one"])
        self.assertEqual(self.chosen("2026-11-21T03:00:00+01:00"), ["two"])
        self.assertEqual(self.chosen("1/4FFFFFF"), ["one"])
        self.assertEqual(self.chosen("1/5000000"), ["two"])

    def test_a_name_may_be_after_any_of_them(self):
        self.assertEqual(self.chosen("before-migration"), ["two", "one"])

    def test_what_is_before_all_of_them_is_refused_with_the_first_moment(self):
        with self.assertRaisesRegex(Failure, r"before the first base backup, which ended at 2026-11-20T02:00:00\+00:00 \(0/5000000\)"):
            self.chosen("2026-11-19")

    def test_without_any_nothing_can_be_restored(self):
        with self.assertRaisesRegex(Failure, "there is no base backup to begin with"):
            targets.candidates([], targets.LATEST)


if __name__ == "__main__":
    unittest.main()
