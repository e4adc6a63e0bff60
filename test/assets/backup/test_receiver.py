"""When the receiver begins anew."""

import time
import unittest
from unittest import mock

from backup.receiver import Clock


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


if __name__ == "__main__":
    unittest.main()
