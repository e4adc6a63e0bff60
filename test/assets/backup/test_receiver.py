"""What keeps the log from being received."""

import unittest

from backup.receiver import full_archive


class Full(unittest.TestCase):
    def test_an_archive_without_room_for_a_segment_is_named_with_what_to_do(self):
        self.assertRegex(full_archive(2_000_000), "^/archive is full: 2 MB are free, and a segment .* takes 17 MB, .* Make room")

    def test_the_segments_may_be_larger(self):
        self.assertIn("takes 68 MB", full_archive(20_000_000, 64 * 2**20))

    def test_one_with_room_is_none_of_the_reasons(self):
        self.assertIsNone(full_archive(16 * 2**20))


if __name__ == "__main__":
    unittest.main()
