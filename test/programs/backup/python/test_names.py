"""Names that PostgreSQL allows, in what this program writes and reads."""

import json
import unittest

from backup import dumped, guc, names, redaction, toc
from backup.failure import Failure

from support import Temporary

HOSTILE = [
    "orders\nof today", "a\rb", "a\u2028b", "a\u0085b", "a\vb", "a\fb", " ", '"', '""', "'", "\\", "\\! id", "%s", "a|1", "a.b", 'x"."y"|7\n"z',
    "ALTER ROLE x SUPERUSER;", "😀", "x" * 63,
]  # fmt: skip


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


class EarlierDumps(Temporary):
    def dumped(self, counts, name="app"):
        file = self.directory / "app.dump"
        file.with_suffix(".name").write_bytes(name.encode())
        file.with_suffix(".counts").write_bytes(counts.encode())
        return dumped.Dumped(file)

    def test_have_each_table_under_the_name_that_it_has_whatever_that_is(self):
        for name in HOSTILE:
            with self.subTest(name):
                found = self.dumped(f"public.{quoted(name)}|3\n{quoted(name)}.orders|4", name)
                self.assertEqual(found.name, name)
                self.assertEqual([(one["schema"], one["name"], one["rows"]) for one in found.tables], [("public", name, 3), (name, "orders", 4)])
                self.assertFalse(found.only)

    def test_that_are_not_what_was_counted_are_refused(self):
        for counts in ("public.orders", "public.orders|x", 'public."orders|3', "public.orders|3\nmore"):
            with self.subTest(counts), self.assertRaisesRegex(Failure, "app.counts cannot be read from sign"):
                self.dumped(counts)

    def test_find_a_table_as_people_write_it(self):
        found = self.dumped('public.orders|3\n"odd one"."a.b"|4')
        self.assertEqual(found.table("orders"), ("public", "orders"))
        self.assertEqual(found.table("odd one.a.b"), ("odd one", "a.b"))
        with self.assertRaisesRegex(Failure, "the dump has no table nope; it has public.orders, 'odd one.a.b'"):
            found.table("nope")
        with self.assertRaisesRegex(Failure, "the dump has 2 table a.b.c"):
            self.dumped('"a.b".c|1\na."b.c"|1').table("a.b.c")


class Words(unittest.TestCase):
    def test_are_quoted_for_people_where_they_would_do_something_to_a_terminal(self):
        self.assertEqual(names.listed(["shop", "a b", "x\x1b[2J", "y\u202e"]), r"shop, 'a b', 'x\x1b[2J', 'y\u202e'")

    def test_reach_a_server_as_digits_and_letters(self):
        for name in HOSTILE:
            self.assertRegex(names.literal(name), r"^pg_catalog\.convert_from\(pg_catalog\.decode\('[0-9a-f]*', 'hex'\), 'UTF8'\)$")

    def test_of_a_list_come_apart_as_the_server_keeps_them(self):
        self.assertEqual(guc.split('"$user", public'), ["$user", "public"])
        self.assertEqual(guc.split('"a ""b"", c",d'), ['a "b", c', "d"])
        self.assertEqual(guc.split('""'), [""])
        self.assertEqual(guc.assignment("search_path="), {"name": "search_path", "values": [""]})
        self.assertEqual(guc.assignment("x.y=a, b=c"), {"name": "x.y", "values": ["a, b=c"]})


class Contents(Temporary):
    def test_of_a_file_that_is_no_dump_or_of_an_unknown_format_are_refused(self):
        file = self.directory / "app.dump"
        for content, said in (
            (b"SELECT 1", "it is not a dump of the custom format"),
            (b"PGDMP\x01\x11\x00\x04\x08\x01", "its format is 1.17, and this program knows 1.14 to 1.16"),
            (b"PGDMP\x01\x10\x00\x04\x08\x01", "it ends in the middle"),
        ):
            file.write_bytes(content)
            with self.subTest(content), self.assertRaisesRegex(Failure, f"app.dump has no list of contents that can be read: {said}"):
                toc.entries(file)


class Secrets(unittest.TestCase):
    SECRETS = ("CANARY/aGVsbG8=:?# [%", "short", "two\nlines of it", "ünïcode pass", 'quo"te\\d')

    def setUp(self):
        known = {*redaction.KNOWN}
        self.addCleanup(lambda: (redaction.KNOWN.clear(), redaction.KNOWN.update(known)))

    def test_are_in_no_text_in_any_form(self):
        import base64
        from urllib.parse import quote, quote_plus

        for secret in self.SECRETS:
            redaction.learn(secret)
            data = secret.encode()
            coded = [base64.b64encode(b"user"[:number] + data).decode() for number in range(4)]
            for text in (secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret), repr(secret), data.hex(), *coded):
                with self.subTest(secret=secret, text=text):
                    cleaned = redaction.clean(f'parse "https://shop:{text}@example.org": invalid port')
                    self.assertIn(redaction.HIDDEN, cleaned)
                    self.assertNotIn(text, cleaned)
                    self.assertNotIn(secret, cleaned)

    def test_of_a_sign_or_two_would_take_every_text_apart(self):
        redaction.learn("ab")
        self.assertEqual(redaction.clean("about"), "about")


if __name__ == "__main__":
    unittest.main()
