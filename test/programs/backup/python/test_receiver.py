"""When the receiver begins anew."""

import contextlib
import time
import unittest
from unittest import mock

from backup import past, postgres, receiver
from backup.failure import Failure
from backup.processes import Deadline
from backup.receiver import Clock

from support import Temporary


class PutBack(unittest.TestCase):
    def was_put_back(self, *steps):
        """Of a clock that is moved by so many seconds, while a second goes by each time."""
        moments = iter([0, *steps])
        state = {"day": 1_000_000.0, "on": 50.0}

        def go_on():
            state["on"] += 1
            state["day"] += 1 + next(moments)

        with mock.patch.object(time, "time", lambda: state["day"]), mock.patch.object(time, "monotonic", lambda: state["on"]):
            clock = Clock()
            found = []
            for _ in range(len(steps) + 1):
                go_on()
                found.append(clock.was_put_back())
        return found[1:]

    def test_a_clock_that_goes_on_or_is_put_forward_is_none(self):
        self.assertEqual(self.was_put_back(0, 86_400, 0), [False, False, False])

    def test_a_clock_that_is_put_back_is_one_also_from_where_it_was_put_forward_to(self):
        self.assertEqual(self.was_put_back(-86_400), [True])
        self.assertEqual(self.was_put_back(86_400, -60), [False, True])

    def test_small_corrections_are_none(self):
        self.assertEqual(self.was_put_back(-2, 1, -3), [False, False, False])


class Repairs(Temporary):
    """In which order the archive, the slot and their lock are touched."""

    def setUp(self):
        super().setUp()
        self.told = []
        (self.directory / receiver.SERVER / "wals").mkdir(parents=True)
        self.put(receiver, "HOME", self.directory)
        self.put(receiver, "REPAIR", self.directory / ".repair")
        self.put(postgres, "of", mock.Mock())
        self.put(receiver, "slot_state", lambda *_: ("reserved", "", "0"))
        self.put(receiver, "follow", lambda *_: self.told.append("follow"))
        self.put(receiver, "Record", mock.Mock())
        barman = self.put(receiver, "Barman", mock.Mock()).return_value
        barman.call = lambda *words, deadline: self.told.append(words[1])
        self.put(receiver, "housekeeping", self.housekeeping)
        self.free = True

    @contextlib.contextmanager
    def housekeeping(self, _):
        if not self.free:
            raise Failure("took longer")
        self.told.append("lock")
        yield
        self.told.append("unlock")

    def repair(self, *kept):
        self.put(past, "is_kept", mock.Mock(side_effect=kept))
        receiver.repair({}, Deadline(9))
        return self.told, sorted(path.name for path in self.directory.iterdir())

    def test_of_a_gap_wait_for_nobody_and_keep_the_archive(self):
        self.free = False
        self.assertEqual(self.repair(True), (["--drop-slot", "--create-slot", "--reset", "follow"], ["database"]))

    def test_of_another_past_have_the_archive_for_themselves_before_they_touch_the_slot(self):
        told = ["lock", "--drop-slot", "--create-slot", "--reset", "unlock", "follow"]
        self.assertEqual(self.repair(False, False), (told, ["database-before"]))

    def test_look_again_once_nobody_receives(self):
        self.assertEqual(self.repair(False, True)[1], ["database"])

    def test_that_wait_in_vain_leave_everything_as_it_is(self):
        self.free = False
        with self.assertRaises(Failure):
            self.repair(False, False)
        self.assertEqual((self.told, [path.name for path in self.directory.iterdir()]), ([], ["database"]))


if __name__ == "__main__":
    unittest.main()
