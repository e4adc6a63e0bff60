"""What a restore makes of a dump's own words, and what it refuses before it touches anything."""

import shutil
import types
import unittest
from unittest import mock

from backup import configuration, contents, fetching, postgres, renamed, restore
from backup.failure import Failure
from backup.processes import Deadline

from support import Temporary

SCRIPT = [
    "SET statement_timeout = 0;",
    "CREATE DATABASE \"we \"\"ird\" WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE_PROVIDER = icu LOCALE = 'en_US.utf8' ICU_LOCALE = 'de';",
    'ALTER DATABASE "we ""ird" OWNER TO app_owner;',
    "ALTER DATABASE \"we \"\"ird\" SET search_path TO 'a', 'b';",
    "CREATE TABLE public.orders (id integer);",
    'ALTER TABLE public.orders OWNER TO app_owner;',
    'REVOKE CONNECT,TEMPORARY ON DATABASE "we ""ird" FROM PUBLIC;',
    'GRANT CONNECT ON DATABASE "we ""ird" TO api;',
    "GRANT SELECT ON TABLE public.orders TO api;",
]
SNAPSHOTS = [
    {"id": "aaaa1111", "short_id": "aaaa", "time": "2026-11-20T03:00:00Z"},
    {"id": "aabb2222", "short_id": "aabb", "time": "2026-11-21T03:00:00Z", "summary": {"total_bytes_processed": 7}},
]


class Place:
    """A repository that holds two dumps."""

    name = "local"

    def snapshots(self, _tag, _deadline):
        return SNAPSHOTS

    def newest(self, _tag, _deadline):
        return SNAPSHOTS[-1]

    def restored_size(self, _snapshot, _deadline):
        return 1_000_000


class Folder(Temporary):
    def setUp(self):
        super().setUp()
        self.put(configuration, "SCRATCH", self.directory)

    def dump(self, name, counts=""):
        file = self.directory / f"{postgres.file_name(name)}.dump"
        file.write_text("PGDMP")
        file.with_suffix(".name").write_text(name)
        file.with_suffix(".counts").write_text(counts)
        return file


class Words(Folder):
    def test_what_makes_the_database_gets_the_new_name_and_nothing_else_does(self):
        with mock.patch.object(contents, "script_of", return_value=SCRIPT):
            made = contents.statements(self.dump('we "ird'), 'new "one', Deadline(9))
        self.assertEqual(len(made), 5)
        for statement in made:
            self.assertIn(' "new ""one" ', statement)
            self.assertNotIn("we ", statement)

    def test_an_empty_server_is_made_in_the_locale_of_the_dumped_one(self):
        self.dump("app")
        self.assertEqual(contents.locale_of(self.directory, Deadline(9)), ["--encoding=UTF8"])
        self.dump("postgres")
        with mock.patch.object(contents, "script_of", return_value=SCRIPT):
            options = contents.locale_of(self.directory, Deadline(9))
        self.assertEqual(
            options, ["--encoding=UTF8", "--locale-provider=icu", "--locale=en_US.utf8", "--icu-locale=de"]
        )

    def test_a_table_is_found_by_its_name_as_people_write_it(self):
        file = self.dump("app", 'public.orders|3\n"odd one"."a.b"|4')
        self.assertEqual(contents.table_of(file, "orders"), ("public", "orders"))
        self.assertEqual(contents.table_of(file, "odd one.a.b"), ("odd one", "a.b"))
        with self.assertRaisesRegex(Failure, "the dump has no table public.nope; it has public.orders, odd one.a.b"):
            contents.table_of(file, "nope")

    def test_roles_that_are_gone_come_back_without_a_login(self):
        server = mock.Mock()
        server.query.side_effect = ["postgres\napi", ""]
        file = self.directory / "globals.sql"
        file.write_text('CREATE ROLE api;\nCREATE ROLE "Old one";\nALTER ROLE api WITH LOGIN PASSWORD \'x\';\n')
        self.assertEqual(renamed.make_roles(server, file, Deadline(9)), ["Old one"])
        self.assertEqual(server.query.call_args.args[0], 'create role "Old one" nologin;')


class Refusals(Folder):
    def test_a_dump_that_is_not_there_and_an_id_of_several(self):
        with self.assertRaisesRegex(Failure, "repository local has 0 backups ffff; it has aaaa, aabb"):
            fetching.chosen(Place(), "ffff", "dump", Deadline(9))
        with self.assertRaisesRegex(Failure, "has 2 backups aa; it has aaaa, aabb"):
            fetching.chosen(Place(), "aa", "dump", Deadline(9))
        self.assertEqual(fetching.chosen(Place(), "latest", "dump", Deadline(9))["short_id"], "aabb")
        self.assertEqual(fetching.chosen(Place(), "aaaa", "dump", Deadline(9))["short_id"], "aaaa")

    def test_a_directory_in_which_something_is(self):
        mount = self.directory / "mount"
        target = mount / "18" / "docker"
        target.mkdir(parents=True)
        restore.refuse_used(target)
        (target / "x").write_text("")
        with self.assertRaisesRegex(Failure, "docker is not empty; restore into a new volume"):
            restore.refuse_used(target)
        (target / "x").rename(target / "PG_VERSION")
        with self.assertRaisesRegex(Failure, "holds the data of a server in .*18/docker"):
            restore.refuse_used(mount / "19" / "docker")

    def test_too_little_room_before_anything_is_done(self):
        usage = types.SimpleNamespace(free=100_000_000)
        with mock.patch.object(shutil, "disk_usage", return_value=usage):
            with self.assertRaisesRegex(Failure, "the new volume has 100 MB free, and at least 135 MB are needed"):
                restore.check(Place(), "latest", self.directory / "new", Deadline(9))
        self.assertEqual(restore.check(Place(), "aaaa", self.directory / "new", Deadline(9))["bytes"], 1_000_000)


class Listing(unittest.TestCase):
    def test_says_of_each_dump_when_and_how_large_where_that_is_known(self):
        self.assertEqual(
            [(one["id"], one["kind"], one["bytes"]) for one in fetching.listed(Place(), Deadline(9))],
            [("aaaa", "dump", None), ("aabb", "dump", 7)],
        )


if __name__ == "__main__":
    unittest.main()
