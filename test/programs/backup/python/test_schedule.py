"""When jobs are due."""

import unittest
from datetime import datetime, timedelta, timezone

from backup.schedule import is_due, trigger_of

EVERY = {"minutes": range(60), "hours": range(24), "days": range(1, 32), "months": range(1, 13), "weekdays": range(7)}


def schedule(time_zone="UTC", **fields):
    return trigger_of({**EVERY, **fields, "timeZone": time_zone})


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


def ran(at, ok=1):
    """The record of a run that ended a second after it began."""
    return {"started": at.timestamp(), "ended": at.timestamp() + 1, "ok": ok}


def due(trigger, last, now):
    return is_due("check", trigger, ran(last), now)


def moments(trigger, start, end):
    """When a job starts that is looked at each quarter of an hour; the loop does so more often."""
    found, last, now = [], start, start
    while now < end:
        if due(trigger, last, now):
            found.append(now)
            last = now
        now += timedelta(minutes=15)
    return [moment.strftime("%a %d %H:%M") for moment in found]


class Due(unittest.TestCase):
    daily = schedule(hours=[3], minutes=[15])

    def test_a_job_that_never_ran_is_due(self):
        self.assertTrue(is_due("check", self.daily, {}, utc("2026-01-01 12:00")))

    def test_at_its_moment_and_not_before_and_once(self):
        last = utc("2026-01-01 03:15:02")
        self.assertFalse(due(self.daily, last, utc("2026-01-02 03:14:59")))
        self.assertTrue(due(self.daily, last, utc("2026-01-02 03:15:00")))
        self.assertFalse(due(self.daily, utc("2026-01-02 03:15:00"), utc("2026-01-02 03:15:00")))

    def test_what_was_missed_ten_times_runs_once(self):
        now = utc("2026-01-11 12:00")
        self.assertTrue(due(self.daily, utc("2026-01-01 03:15"), now))
        self.assertFalse(due(self.daily, now, now + timedelta(minutes=1)))

    def test_a_clock_that_was_put_back_years_does_not_silence_it(self):
        last, now = utc("2036-01-01 00:00"), utc("2026-01-01 00:00")
        self.assertTrue(due(self.daily, last, now))
        self.assertEqual(moments(self.daily, now, now + timedelta(days=2)), ["Thu 01 03:15", "Fri 02 03:15"])

    def test_days_of_the_week_begin_on_sunday(self):
        sunday = schedule(hours=[6], minutes=[0], weekdays=[0])
        self.assertEqual(moments(sunday, utc("2026-01-01 00:00"), utc("2026-01-15 00:00")), ["Sun 04 06:00", "Sun 11 06:00"])

    def test_the_29th_of_february(self):
        leap = schedule(hours=[0], minutes=[0], days=[29], months=[2])
        self.assertFalse(due(leap, utc("2024-02-29 00:00"), utc("2028-02-28 23:59")))
        self.assertTrue(due(leap, utc("2024-02-29 00:00"), utc("2028-02-29 00:00")))


    def test_a_run_that_was_cut_off_is_repeated_but_not_at_once(self):
        start = utc("2026-01-01 03:15")
        record = {**ran(start - timedelta(days=1)), "started": start.timestamp(), "ok": 0}
        self.assertFalse(is_due("check", self.daily, record, start + timedelta(seconds=299)))
        self.assertTrue(is_due("check", self.daily, record, start + timedelta(seconds=300)))

    def test_a_backup_that_failed_is_tried_again_after_an_hour_and_a_drill_is_not(self):
        start = utc("2026-01-01 03:15")
        for job, expected in (("dump", True), ("files", True), ("drill", False)):
            record = ran(start, ok=0)
            self.assertFalse(is_due(job, self.daily, record, start + timedelta(minutes=59)))
            self.assertEqual(is_due(job, self.daily, record, start + timedelta(minutes=60)), expected)

    def test_a_backup_that_is_there_is_not_tried_again_for_what_failed_after_it(self):
        start = utc("2026-01-01 03:15")
        record = {**ran(start, ok=0), "done": start.timestamp() + 1}
        self.assertFalse(is_due("dump", self.daily, record, start + timedelta(hours=23)))
        self.assertTrue(is_due("dump", self.daily, record, start + timedelta(hours=24)))
        later = {**record, **ran(start + timedelta(hours=2), ok=0)}
        self.assertTrue(is_due("dump", self.daily, later, start + timedelta(hours=3)))


class SummerTime(unittest.TestCase):
    """Berlin: 2026-03-29 has no 02:00 to 02:59, 2026-10-25 has it twice."""

    nightly = schedule("Europe/Berlin", hours=[2], minutes=[30])

    def test_a_skipped_moment_is_made_up_for_at_once(self):
        found = moments(self.nightly, utc("2026-03-27 12:00"), utc("2026-03-31 12:00"))
        self.assertEqual(found, ["Sat 28 01:30", "Sun 29 01:30", "Mon 30 00:30", "Tue 31 00:30"])

    def test_a_moment_that_comes_twice_counts_once(self):
        found = moments(self.nightly, utc("2026-10-23 12:00"), utc("2026-10-27 12:00"))
        self.assertEqual(len(found), 4, found)


if __name__ == "__main__":
    unittest.main()
