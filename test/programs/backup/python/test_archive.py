"""Base backups, and what is made of them."""

import unittest

from backup import archive
from backup.failure import Failure


class Made(unittest.TestCase):
    def test_is_the_one_that_was_not_there_before(self):
        self.assertEqual(archive.made_since(["1", "2"], ["2", "3"]), "3")

    def test_is_missed_where_there_is_none(self):
        with self.assertRaisesRegex(Failure, "the base backup was made, and is not among those that are whole"):
            archive.made_since(["1", "2"], ["2"])


if __name__ == "__main__":
    unittest.main()
