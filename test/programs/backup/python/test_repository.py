"""What becomes of what restic says, and which backup is the newest."""

import json
import os
import pathlib
import unittest
from datetime import datetime, timedelta, timezone
from unittest import mock

from backup import configuration, repository, several
from backup.failure import Failure, Withheld
from backup.processes import Deadline

from support import Temporary

STATUS = json.dumps({"message_type": "status", "percent_done": 1})
SUMMARY = {"message_type": "summary", "snapshot_id": "abc", "total_files_processed": 7}
WHOLE = f"{STATUS}\n{json.dumps(SUMMARY)}\n"


class Saving(Temporary):
    def setUp(self):
        super().setUp()
        self.put(configuration, "STATE", self.directory)
        self.told = []

    def save(self, *answers):
        known = {"name": "local", "url": "/repository", "password": "/password", "options": ["--limit-upload=9"]}
        left = [*answers]

        def answer(words, *_):
            self.told.append(" ".join(words))
            return left.pop(0)

        self.put(repository, "end_of", answer)
        return repository.Repository(known, "shop/files").save([pathlib.Path("/a"), "/b"], "files", Deadline(9))

    def test_what_is_whole_is_summed_up(self):
        self.assertEqual(self.save((0, WHOLE, "")), SUMMARY)
        self.assertEqual(self.told, ["restic backup --limit-upload=9 --json --host shop/files --tag files /a /b"])

    def test_a_snapshot_in_which_something_is_missing_goes_again(self):
        with self.assertRaisesRegex(Failure, "^restic backup ended with 3: /a/gone: no such file$"):
            self.save((3, WHOLE, "/a/gone: no such file"), (0, "", ""))
        self.assertEqual(self.told[1:], ["restic forget --limit-upload=9 abc"])

    def test_a_failure_before_there_is_any_is_told_as_it_is(self):
        with self.assertRaisesRegex(Failure, "^restic backup ended with 1: no space$"):
            self.save((1, STATUS, "no space"))
        self.assertEqual(len(self.told), 1)

    def test_an_end_without_a_summary_is_no_backup(self):
        with self.assertRaisesRegex(Failure, "^restic backup ended with 0: "):
            self.save((0, STATUS, ""))

    def test_each_thing_is_told_once_in_one_line_with_what_helps(self):
        message = json.dumps({"message_type": "exit_error", "code": 1, "message": "Fatal: cannot open it\n/away"})
        for said, told in (
            (f"Stat() failed\nStat() failed\n{message}", "Stat[(][)] failed; Fatal: cannot open it /away"),
            ("Fatal: wrong password or no key found", ".* found; put password back as it was when the repository was made"),
            ("mkdir /away/data: permission denied", f".* denied; if this is a directory, it must belong to user {os.getuid()}, .*"),
            ("Fatal: repository does not exist", ".* exist; if nothing was saved there yet, look at the job that saves it"),
            ("Stat: connection refused\nIs there a repository at the following location?", ".* refused; Is there a repository .*[?]"),
        ):
            with self.subTest(said), self.assertRaisesRegex(Failure, f"^restic backup ended with 1: {told}$"):
                self.save((1, "", said))

    def test_a_place_that_ssh_does_not_reach_says_why(self):
        self.put(repository, "ssh_says", lambda *_: "Host key verification failed")
        with self.assertRaisesRegex(Failure, "start the sftp session; Host key verification failed$"):
            self.save((1, "", "Fatal: unable to start the sftp session"))


def snapshot(name, hours):
    at = datetime.now(timezone.utc) + timedelta(hours=hours)
    return {"id": name, "time": at.isoformat().replace("+00:00", "789Z")}


class Retention(unittest.TestCase):
    def forget(self, *ids, saved="saved"):
        """With some snapshots of a clock that was ahead, an hour apart."""
        place = repository.Repository({"name": "local"}, "shop-prod/postgres")
        known = [{"id": saved, "short_id": saved, "time": "2026-11-21T03:00:00.5Z"}]
        known += [
            {"id": one, "short_id": one, "time": f"2026-11-{22 + hour // 24}T{hour % 24:02}:00:00.5Z"} for hour, one in enumerate(ids)
        ]
        self.told = []

        def answer(words, _):
            self.told.append(words)
            return json.dumps([{"keep": known, "remove": None}])

        with mock.patch.object(place, "restic", answer):
            place.forget("dump", ["--keep-last=3"], "saved", Deadline(1))

    def refused(self, *ids):
        with self.assertRaises(Withheld) as raised:
            self.forget(*ids)
        self.assertEqual(len(self.told), 1)
        return str(raised.exception)

    def test_is_applied_where_nothing_claims_to_be_newer(self):
        self.forget()
        self.assertIn("--prune", self.told[-1])

    def test_is_withheld_else_with_what_to_do(self):
        self.assertRegex(
            self.refused("aaaa", "bbbb"),
            "nothing is forgotten: those that claim to be newer are 2, from 2026-11-22T00:00:00 to 2026-11-22T01:00:00, .* "
            "`python3 -m backup restic local forget aaaa bbbb`$",
        )

    def test_is_withheld_in_a_few_words_however_many_there_are(self):
        text = self.refused(*(f"{number:04}" for number in range(100)))
        self.assertRegex(text, "newer are 100, from 2026-11-22T00:00:00 to 2026-11-26T03:00:00,")
        self.assertRegex(text, "forget 0000 .* 0019`, and so on: `python3 -m backup restic local snapshots` lists all$")
        self.assertNotIn("0020", text)


class Each(unittest.TestCase):
    def kind_of(self, *failures):
        """Of what is said of some repositories, of which each has its problem."""
        left = [*failures]

        def fail(_):
            raise left.pop(0)

        with self.assertRaises(Failure) as raised:
            several.for_each([repository.Repository({"name": str(at)}, "shop") for at, _ in enumerate(failures)], fail)
        return type(raised.exception)

    def test_that_withholds_its_retention_is_a_backup_and_another_failure_is_none(self):
        self.assertIs(self.kind_of(Withheld("a"), Withheld("b")), Withheld)
        self.assertIs(self.kind_of(Withheld("a"), Failure("b")), Failure)


class Newest(unittest.TestCase):
    def newest(self, *snapshots):
        place = repository.Repository({"name": "local"}, "shop-prod/postgres")
        with mock.patch.object(place, "snapshots", lambda *_: list(snapshots)), mock.patch.object(place, "reach"):
            return place.newest("dump", Deadline(1))["id"]

    def test_is_the_last_one(self):
        self.assertEqual(self.newest(snapshot("one", -24), snapshot("two", -1)), "two")

    def test_is_none_of_a_clock_that_was_ahead(self):
        self.assertEqual(self.newest(snapshot("one", -24), snapshot("two", -1), snapshot("ahead", 24)), "two")

    def test_may_be_of_a_host_whose_clock_differs_a_little(self):
        self.assertEqual(self.newest(snapshot("one", -24), snapshot("other", 0.5)), "other")

    def test_is_one_of_a_clock_that_was_ahead_where_there_is_no_other(self):
        self.assertEqual(self.newest(snapshot("ahead", 24), snapshot("more", 48)), "more")

    def test_is_missed_where_there_is_none(self):
        with self.assertRaisesRegex(Failure, "has nothing of dump; look at the job that saves it"):
            self.newest()


if __name__ == "__main__":
    unittest.main()
