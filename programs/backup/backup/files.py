"""The content of a volume's backup, and the check that it is unchanged."""

import hashlib
import itertools
import json
import os
import pathlib
import shutil
import sqlite3
import stat
import subprocess
from collections.abc import Iterator
from typing import Any

from .facts import Facts
from .failure import Failure
from .processes import Deadline

DATA = "data"
MANIFEST = "MANIFEST"
# The copy is of one moment, or the files were saved as they were found.
WHOLE, FOUND = "whole", "found"
SQLITE = b"SQLite format 3\0"


def entries(directory: pathlib.Path) -> Iterator[list[Any]]:
    """Yields the directory and each entry below it, always in the same order: its path, its kind, and its content."""
    yield [".", "directory"]
    for root, directories, names in os.walk(directory, onerror=stop):
        directories.sort()
        for name in sorted([*names, *directories]):
            path = os.path.join(root, name)
            # A socket belongs to a running program, and is not saved.
            if not stat.S_ISSOCK(os.lstat(path).st_mode):
                yield [os.path.relpath(path, directory), *describe(path)]


def stop(error: OSError) -> None:
    raise error


def describe(path: str) -> list[Any]:
    if os.path.islink(path):
        return ["link", os.readlink(path)]
    if os.path.isdir(path):
        return ["directory"]
    if not os.path.isfile(path):
        return ["special"]
    with open(path, "rb") as file:
        return ["file", os.fstat(file.fileno()).st_size, hashlib.file_digest(file, "sha256").hexdigest()]


def rights_of(path: str | pathlib.Path) -> str:
    """Returns mode and owner."""
    found = os.lstat(path)
    return f"{stat.S_IMODE(found.st_mode):04o} {found.st_uid}:{found.st_gid}"


def is_file(entry: list[Any]) -> bool:
    return bool(entry[1] == "file")


def write_manifest(directory: pathlib.Path) -> tuple[int, int]:
    """Writes the manifest of the data beside it; returns the number of files and their bytes."""
    count, size, sums = 0, 0, hashlib.sha256()
    with open(directory / MANIFEST, "w", encoding="utf-8") as file:
        for entry in entries(directory / DATA):
            line = json.dumps([*entry, rights_of(directory / DATA / entry[0])]) + "\n"
            file.write(line)
            sums.update(line.encode())
            if is_file(entry):
                count += 1
                size += entry[2]
        file.write(json.dumps({"kind": WHOLE, "sum": sums.hexdigest()}) + "\n")
    return count, size


def note_source(directory: pathlib.Path, source: str) -> None:
    """Writes, instead of a manifest, that the data is saved as it is found, and its place."""
    (directory / MANIFEST).write_text(json.dumps({"kind": FOUND, "source": source}) + "\n", encoding="utf-8")


def noted_source(directory: pathlib.Path) -> str | None:
    """Returns the place of a backup's data; None if it is beside its manifest."""
    return last_line(directory / MANIFEST).get("source")


def check(directory: pathlib.Path) -> int:
    """Refuses data that differs from the saved bytes, whatever its modes are now; returns the number of files."""
    file = directory / MANIFEST
    if not file.exists() or not (directory / DATA).is_dir():
        raise Failure(f"it has no {MANIFEST} or no data: it is not a complete backup")
    end = last_line(file)
    if end.get("kind") == FOUND:
        return sum(1 for path in walk(directory / DATA) if path.is_file() and not path.is_symlink())
    sums, count = hashlib.sha256(), 0
    with open(file, encoding="utf-8", errors="replace") as lines:
        listed = itertools.takewhile(lambda line: line.startswith("["), lines)
        for line, entry in itertools.zip_longest(listed, entries(directory / DATA)):
            if line is None or entry is None or not line.startswith(f"{json.dumps(entry)[:-1]}, "):
                raise Failure(f"not as it was saved, first at {entry[0] if entry else line.strip()}")
            sums.update(line.encode())
            count += is_file(entry)
    if end != {"kind": WHOLE, "sum": sums.hexdigest()}:
        raise Failure(f"its {MANIFEST} was cut or changed")
    return count


def check_rights(directory: pathlib.Path) -> None:
    """Refuses an entry with another mode or owner than when it was saved."""
    with open(directory / MANIFEST, encoding="utf-8", errors="replace") as lines:
        for line in itertools.takewhile(lambda line: line.startswith("["), lines):
            path, *_, saved = json.loads(line)
            # The check of the bytes reports missing entries.
            if os.path.lexists(directory / DATA / path) and rights_of(directory / DATA / path) != saved:
                found = rights_of(directory / DATA / path)
                raise Failure(f"mode or owner are not as they were saved, first at {path}: {found} in place of {saved}")


def last_line(file: pathlib.Path) -> Facts:
    """Returns the last line of a manifest; empty if it is incomplete."""
    last = ""
    if not file.exists():
        return {}
    with open(file, encoding="utf-8", errors="replace") as lines:
        for last in lines:
            pass
    try:
        found = json.loads(last)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def examine(directory: pathlib.Path, request: Facts, deadline: Deadline) -> Facts:
    """Verifies a fetched backup: every byte, enough files, and sound databases."""
    count = check(directory)
    least = request.get("leastFiles", 1)
    if count < least:
        if request.get("mayBeEmpty"):
            return {"files": 0, "databases": 0}
        raise Failure(f"it has {count} files, and at least {least} are expected (`drill.leastFiles`); is it of the right volume?")
    data = directory / DATA
    missing = [name for name in request["sqlite"] if not is_sqlite(data / name)]
    if missing:
        raise Failure(f"there is no SQLite database at {', '.join(missing)}")
    databases = [path for path in walk(data) if is_sqlite(path)]
    for path in databases:
        deadline.left()
        check_sqlite(path, path.relative_to(data))
    return {"files": count, "databases": len(databases)}


def walk(directory: pathlib.Path) -> Iterator[pathlib.Path]:
    for root, _, names in os.walk(directory):
        for name in sorted(names):
            yield pathlib.Path(root, name)


def is_sqlite(path: pathlib.Path) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    with open(path, "rb") as file:
        return file.read(len(SQLITE)) == SQLITE


def check_sqlite(path: pathlib.Path, name: pathlib.Path) -> None:
    """Opens the database for writing, as its program would: the rest of a journal belongs to it."""
    try:
        connection = sqlite3.connect(path)
        try:
            answers = [row[0] for row in connection.execute("PRAGMA integrity_check(10)")]
        finally:
            connection.close()
    except sqlite3.Error as error:
        # Only its own program has these, and can say whether it is sound.
        if not str(error).startswith(("no such collation", "no such module", "no such tokenizer")):
            raise Failure(f"SQLite database {name} is broken: {error}") from None
        return
    if answers != ["ok"]:
        raise Failure(f"SQLite database {name} is broken: {'; '.join(map(str, answers))}")


def remove(path: pathlib.Path) -> None:
    """Removes a directory whatever its modes are: they are those of the saved files."""
    if path.is_dir() and not path.is_symlink():
        open_up(path)
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def open_up(directory: pathlib.Path) -> None:
    """Lets this program read and remove files without permissions."""
    subprocess.run(["chmod", "-R", "u+rwX", str(directory)], check=False, stderr=subprocess.DEVNULL)
