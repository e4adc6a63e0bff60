"""Writes all the time: a ledger in SQLite, and two files that are equal whenever nobody is in the middle of it."""

import pathlib
import signal
import sqlite3
import sys
import time

directory, pause = pathlib.Path(sys.argv[1]), float(sys.argv[2])
going = True


def stop(*_):
    global going
    going = False


signal.signal(signal.SIGTERM, stop)
database = sqlite3.connect(directory / "ledger.db", isolation_level=None)
database.execute("pragma journal_mode = wal")
database.execute("create table if not exists ledger (seq integer primary key, filler blob)")
database.execute("create table if not exists total (n int)")
database.execute("insert into total select 0 where not exists (select 1 from total)")
(number,) = database.execute("select n from total").fetchone()
while going:
    number += 1
    database.execute("begin immediate")
    database.execute("insert into ledger values (?, randomblob(3000))", [number])
    database.execute("update total set n = ?", [number])
    database.execute("delete from ledger where seq = ?", [number - 2000])
    database.execute("commit")
    for name in ("left", "right"):
        (directory / name).write_text(f"{number}\n" * 1000)
    time.sleep(pause)
