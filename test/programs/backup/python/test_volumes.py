"""What a backup of a volume consists of, and how who writes to it is kept still."""

import contextlib
import os
import pathlib
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
import unittest
from unittest import mock

from backup import configuration, files, quiesce, volumes
from backup.failure import Failure
from backup.processes import Deadline

from support import NOBODY, Temporary, as_nobody, cuts, flips

STOP = pathlib.Path(__file__).parents[4] / "programs/quiesce/stop.sh"
COPY = pathlib.Path(__file__).parents[4] / "programs/quiesce/copy.sh"
REQUEST = {"leastFiles": 1, "sqlite": []}


class Manifests(Temporary):
    def setUp(self):
        super().setUp()
        self.data = self.directory / files.DATA
        (self.data / "deep/empty").mkdir(parents=True)
        (self.data / "deep/index.bin").write_bytes(b"index" * 5)
        (self.data / "name\nwith a line").write_text("a")
        (self.data / os.fsdecode(b"\xff")).write_text("b")
        os.symlink("deep/index.bin", self.data / "link")
        self.assertEqual(files.write_manifest(self.directory), (3, 27))

    def refused(self, text="not as it was saved"):
        with self.assertRaisesRegex(Failure, text):
            files.check(self.directory)

    def test_what_is_as_it_was_passes(self):
        self.assertEqual(files.check(self.directory), 3)

    def test_a_socket_that_a_program_left_is_nothing_to_save(self):
        with socket.socket(socket.AF_UNIX) as server, contextlib.chdir(self.data):
            server.bind("control")
            self.assertEqual(files.check(self.directory), 3)

    def test_every_flipped_bit_and_every_cut_of_the_data_is_found(self):
        file = self.data / "deep/index.bin"
        for _ in flips(file):
            self.refused("deep/index.bin")
        for _ in cuts(file):
            self.refused("deep/index.bin")

    def test_every_flipped_bit_and_every_cut_of_the_manifest_is_found(self):
        file = self.directory / files.MANIFEST
        for at in flips(file):
            with self.assertRaises(Failure, msg=f"bit {at}"):
                files.check(self.directory)
        # Without the end of its last line it is as good.
        for length in cuts(file, spare=1):
            with self.assertRaises(Failure, msg=f"cut at {length}"):
                files.check(self.directory)

    def test_whatever_is_more_or_less_or_another_thing_is_found(self):
        (self.data / "more").write_text("")
        self.refused("first at more")
        (self.data / "more").unlink()
        (self.data / "deep/empty").rmdir()
        self.refused("first at deep/index.bin")
        (self.data / "deep/empty").mkdir()
        (self.data / "link").unlink()
        self.refused("first at")
        os.symlink("elsewhere", self.data / "link")
        self.refused("first at")

    def test_another_mode_or_owner_is_found_and_no_other_bytes(self):
        files.check_rights(self.directory)
        for path in (self.data / "deep/index.bin", self.data / "deep/empty", self.data):
            mode = path.stat().st_mode & 0o7777
            path.chmod(mode ^ 0o2000)
            with self.assertRaisesRegex(Failure, f"mode or owner are not as they were saved, first at .*: {mode ^ 0o2000:04o} "):
                files.check_rights(self.directory)
            self.assertEqual(files.check(self.directory), 3)
            path.chmod(mode)
        files.check_rights(self.directory)

    @unittest.skipUnless(os.getuid() == 0, "only root gives files away")
    def test_another_owner_also_of_a_link_is_found(self):
        os.lchown(self.data / "link", NOBODY, -1)
        with self.assertRaisesRegex(Failure, "first at link: 0777 65534:"):
            files.check_rights(self.directory)

    def test_without_data_or_manifest_it_is_no_backup(self):
        (self.directory / files.MANIFEST).rename(self.directory / "aside")
        self.refused("not a complete backup")
        (self.directory / "aside").rename(self.directory / files.MANIFEST)
        shutil.rmtree(self.data)
        self.refused("not a complete backup")

    def test_what_was_saved_as_it_was_found_is_only_counted(self):
        files.note_source(self.directory, "/source")
        self.assertEqual(files.check(self.directory), 3)
        self.assertEqual(files.noted_source(self.directory), "/source")

    def test_what_nobody_may_read_is_removed_all_the_same(self):
        (self.data / "deep").chmod(0o000)
        self.assertEqual(as_nobody(self.directory, lambda here: files.remove(here / files.DATA)), 0)
        self.assertFalse(self.data.exists())

    def test_what_nobody_may_read_is_no_obstacle_to_a_directory_that_has_to_be_empty(self):
        (self.data / "deep").chmod(0o000)
        self.data.chmod(0o500)
        os.symlink("/nowhere", self.directory / "link")
        self.assertEqual(as_nobody(self.directory, configuration.empty), 0)
        self.assertEqual([*self.directory.iterdir()], [])


class Examinations(Temporary):
    def setUp(self):
        super().setUp()
        self.data = self.directory / files.DATA
        self.data.mkdir()
        self.file = self.data / "app.db"
        with sqlite3.connect(self.file) as database:
            database.execute("create table t (a text)")
            database.execute("create index i on t (a)")
            database.executemany("insert into t values (?)", [(str(number) * 50,) for number in range(500)])
        database.close()

    def examine(self, **request):
        files.write_manifest(self.directory)
        return files.examine(self.directory, {**REQUEST, **request}, Deadline(60))

    def test_a_sound_database_passes(self):
        self.assertEqual(self.examine(sqlite=["app.db"]), {"files": 1, "databases": 1})

    def test_a_database_that_was_torn_before_it_was_saved_is_found(self):
        pages = self.file.read_bytes()
        self.file.write_bytes(pages[:8192] + os.urandom(4096) + pages[12288:])
        with self.assertRaisesRegex(Failure, "SQLite database app.db is broken"):
            self.examine()
        self.file.write_bytes(pages[:-8192])
        with self.assertRaisesRegex(Failure, "SQLite database app.db is broken"):
            self.examine()

    def test_one_that_has_to_be_there_and_is_not_is_missed(self):
        with self.assertRaisesRegex(Failure, "no SQLite database at grafana.db"):
            self.examine(sqlite=["app.db", "grafana.db"])
        (self.data / "grafana.db").write_text("no database")
        with self.assertRaisesRegex(Failure, "no SQLite database at grafana.db"):
            self.examine(sqlite=["grafana.db"])

    def test_too_few_files_are_no_backup(self):
        with self.assertRaisesRegex(Failure, "it has 1 files, and at least 2 are expected"):
            self.examine(leastFiles=2)


def hurry(directory):
    """A directory with a `sleep` that takes a tenth of the time."""
    programs = directory / "programs"
    programs.mkdir()
    sleep = shutil.which("sleep")
    (programs / "sleep").write_text(f"#!/bin/sh\nexec {sleep} \"$(echo \"0.$1\" | sed 's/^0\\.0\\./0.0/')\"\n")
    (programs / "sleep").chmod(0o755)
    return programs


class Service(Temporary):
    """A program under the wrapper, and an engine that starts it again."""

    def setUp(self):
        super().setUp()
        self.alive = self.directory / "alive"
        program = f"trap 'rm {self.alive}; exit' TERM; : > {self.alive}; while :; do sleep 0.1; done"
        self.put(quiesce, "BEAT_SECONDS", 0.1)
        words = ["sh", str(STOP), str(self.directory), "writer", "TERM", "5", "3", "sh", "-c", program]
        self.engine = subprocess.Popen(
            ["sh", "-c", 'trap "exit" TERM; while :; do "$@" & wait $!; sleep 0.1; done', "engine", *words],
            env={**os.environ, "PATH": f"{hurry(self.directory)}:{os.environ['PATH']}"},
            start_new_session=True,
        )
        self.addCleanup(self.end)
        self.until(self.alive.exists)

    def end(self):
        os.killpg(self.engine.pid, signal.SIGKILL)
        self.engine.wait()

    def until(self, done, seconds=60):
        end = time.monotonic() + seconds
        while not done():
            self.assertLess(time.monotonic(), end)
            time.sleep(0.05)

    def settings(self, **others):
        return {"kind": "stop", "directory": str(self.directory), "names": ["writer"], "timeLimit": 60, **others}

    def test_is_stopped_as_long_as_it_is_asked(self):
        with quiesce.asked(self.settings(), Deadline(60)):
            self.assertFalse(self.alive.exists())
        self.until(self.alive.exists)
        with quiesce.asked(self.settings(), Deadline(60)):
            self.assertFalse(self.alive.exists())
        self.until(self.alive.exists)

    def test_starts_again_when_who_asked_has_died_and_then_the_copy_counts_for_nothing(self):
        with self.assertRaisesRegex(Failure, "writer did not keep still until the end of the copy"):
            with quiesce.asked(self.settings(), Deadline(60)):
                with mock.patch.object(quiesce, "write_request"):
                    self.until(self.alive.exists)
                self.assertEqual([*self.directory.glob("*.writer")], [])
                # It beats again, and is not heard a second time.
                time.sleep(3 * quiesce.BEAT_SECONDS)
                self.assertTrue(self.alive.exists())

    def test_that_does_not_answer_is_named(self):
        with self.assertRaisesRegex(Failure, "other did not answer the request to stop in time; is it running?"):
            with quiesce.asked(self.settings(names=["other"], timeLimit=2), Deadline(60)):
                pass
        self.until(self.alive.exists)


class Commands(Temporary):
    @contextlib.contextmanager
    def answering(self, command):
        words = ["sh", str(COPY), str(self.directory), "copy", "sh", "-c", command]
        with subprocess.Popen(words, start_new_session=True) as program:
            try:
                yield program
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(program.pid, signal.SIGKILL)

    def asked(self, seconds=30):
        settings = {"kind": "command", "directory": str(self.directory), "names": ["copy"], "timeLimit": seconds}
        return quiesce.asked(settings, Deadline(30))

    def ask(self, command, action=lambda: None):
        with self.answering(command), self.asked():
            action()

    def test_write_a_copy_that_is_there_as_long_as_it_is_asked_for(self):
        copy = self.directory / "copy/a"
        seen = []
        self.ask(f"echo whole > {copy}", lambda: seen.append(copy.read_text()))
        self.assertEqual(seen, ["whole\n"])

    def test_that_fail_are_a_failure(self):
        with self.assertRaisesRegex(Failure, "the command in copy ended with 3; its log says why"):
            self.ask("exit 3")

    def test_that_nobody_waits_for_any_more_end_with_their_container_and_a_new_one_answers(self):
        with self.answering("(sleep 1000) & wait") as program:
            with self.assertRaisesRegex(Failure, "copy did not answer the request to write a copy in time"):
                with self.asked(3):
                    pass
            self.assertEqual(program.wait(60), -signal.SIGTERM)
        self.ask("true")


class Place:
    """A repository that notes what it is told."""

    retention = ()

    def __init__(self, answers):
        self.told = []
        self._answers = answers

    def restic(self, words, _):
        self.told.append(words[0])
        return ""

    def save(self, paths, tag, _):
        assert (paths, tag) == (["/source"], volumes.DRAFT), "nothing may look whole before it is"
        self.told.append("backup")
        answer = self._answers.pop(0)
        if isinstance(answer, Failure):
            raise answer
        return answer

    def snapshots(self, tag, _):
        return [{"id": "old"}] if tag == volumes.DRAFT else []


class Listing(unittest.TestCase):
    def test_says_of_each_backup_when_and_how_large_where_that_is_known(self):
        place = mock.Mock()
        place.snapshots.return_value = [
            {"short_id": "aaaa", "time": "2026-11-20T03:00:00Z"},
            {"short_id": "aabb", "time": "2026-11-21T03:00:00Z", "summary": {"total_bytes_processed": 7}},
        ]
        found = volumes.listed(place, Deadline(9))
        self.assertEqual([(one["id"], one["kind"], one["bytes"]) for one in found], [("aaaa", "files", None), ("aabb", "files", 7)])


class Tags(unittest.TestCase):
    def tagged(self, draft):
        place = mock.Mock()
        place.snapshots.return_value = [{"id": "1111"}, {"id": "2222", "original": None}, {"id": "3333", "original": "abcd1234"}]
        return volumes.tagged(place, draft, Deadline(5))

    def test_make_a_snapshot_that_is_found_by_the_id_of_its_draft_or_a_part_of_that(self):
        self.assertEqual([self.tagged("abcd1234"), self.tagged("abcd")], ["3333", "3333"])

    def test_that_are_not_there_are_a_failure(self):
        with self.assertRaisesRegex(Failure, "does not list the backup ffff that it just got, so nothing is forgotten"):
            self.tagged("ffff")


class Publishing(unittest.TestCase):
    whole = {"snapshot_id": "abc"}
    missing = Failure("restic backup ended with 3: incomplete")

    def save(self, *answers):
        place = Place([*answers])
        summary = volumes.save(place, ["/source"], Deadline(5))
        return summary["snapshot_id"], place.told

    def test_what_went_while_it_was_read_is_read_again(self):
        self.assertEqual(self.save(self.missing, self.whole), ("abc", ["backup", "backup"]))

    def test_what_stays_incomplete_is_a_failure(self):
        with self.assertRaisesRegex(Failure, "incomplete"):
            self.save(self.missing, self.missing, self.missing, self.whole)

    def test_other_failures_are_not_tried_again(self):
        with self.assertRaisesRegex(Failure, "no space"):
            self.save(Failure("restic backup ended with 1: no space"), self.whole)

    def test_what_was_left_unfinished_is_forgotten(self):
        place = Place([])
        volumes.forget_drafts(place, Deadline(5))
        self.assertEqual(place.told, ["forget"])


if __name__ == "__main__":
    unittest.main()
