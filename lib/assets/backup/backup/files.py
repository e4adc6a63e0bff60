"""What a backup of a volume consists of, and whether it is still that."""

import hashlib
import itertools
import json
import os
import pathlib
import shutil
import sqlite3
import stat
import subprocess

from .failure import Failure

DATA = "data"
MANIFEST = "MANIFEST"
# The copy is that of a moment, or everything is as it was found.
WHOLE, FOUND = "whole", "found"
SQLITE = b"SQLite format 3\0"


def entries(directory):
    """The directory and each thing below it, always in the same order: its path, what it is, and what it holds."""
    yield [".", "directory"]
    for root, directories, names in os.walk(directory, onerror=stop):
        directories.sort()
        for name in sorted([*names, *directories]):
            path = os.path.join(root, name)
            # A socket is of a program that runs: nobody saves it.
            if not stat.S_ISSOCK(os.lstat(path).st_mode):
                yield [os.path.relpath(path, directory), *describe(path)]


def stop(error):
    raise error


def describe(path):
    if os.path.islink(path):
        return ["link", os.readlink(path)]
    if os.path.isdir(path):
        return ["directory"]
    if not os.path.isfile(path):
        return ["special"]
    with open(path, "rb") as file:
        return ["file", os.fstat(file.fileno()).st_size, hashlib.file_digest(file, "sha256").hexdigest()]


def rights_of(path):
    """Mode and owner."""
    found = os.lstat(path)
    return f"{stat.S_IMODE(found.st_mode):04o} {found.st_uid}:{found.st_gid}"


def is_file(entry):
    return entry[1] == "file"


def write_manifest(directory):
    """Writes what the data beside it consist of; returns the number of files and their bytes."""
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


def note_source(directory, source):
    """In the place of a manifest, where the data are saved as they are found, and where that is."""
    (directory / MANIFEST).write_text(json.dumps({"kind": FOUND, "source": source}) + "\n", encoding="utf-8")


def noted_source(directory):
    """Where the data of a backup were found; nothing where they lie beside their manifest."""
    return last_line(directory / MANIFEST).get("source")


def check(directory):
    """Refuses what is not as it was saved, to the byte, whatever modes it has by now; returns how many files it has."""
    file = directory / MANIFEST
    if not file.exists() or not (directory / DATA).is_dir():
        raise Failure(f"it has no {MANIFEST} or no data: it is no whole backup")
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


def check_rights(directory):
    """Refuses what has another mode or owner than when it was saved."""
    with open(directory / MANIFEST, encoding="utf-8", errors="replace") as lines:
        for line in itertools.takewhile(lambda line: line.startswith("["), lines):
            path, *_, saved = json.loads(line)
            # Whether all is there, is told by its bytes.
            if os.path.lexists(directory / DATA / path) and rights_of(directory / DATA / path) != saved:
                found = rights_of(directory / DATA / path)
                raise Failure(f"mode or owner are not as they were saved, first at {path}: {found} in place of {saved}")


def last_line(file):
    """How a manifest ends; empty where it does not."""
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


def examine(directory, request, deadline):
    """Proves a backup that was fetched: every byte, enough files, and sound databases."""
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


def walk(directory):
    for root, _, names in os.walk(directory):
        for name in sorted(names):
            yield pathlib.Path(root, name)


def is_sqlite(path):
    if path.is_symlink() or not path.is_file():
        return False
    with open(path, "rb") as file:
        return file.read(len(SQLITE)) == SQLITE


def check_sqlite(path, name):
    """Opened for writing, as its program would: what was left in a journal belongs to it."""
    try:
        connection = sqlite3.connect(path)
        try:
            answers = [row[0] for row in connection.execute("PRAGMA integrity_check(10)")]
        finally:
            connection.close()
    except sqlite3.Error as error:
        # Only its own program knows them, and can say whether it is sound.
        if not str(error).startswith(("no such collation", "no such module", "no such tokenizer")):
            raise Failure(f"SQLite database {name} is broken: {error}") from None
        return
    if answers != ["ok"]:
        raise Failure(f"SQLite database {name} is broken: {'; '.join(map(str, answers))}")


def remove(path):
    """Whatever modes it has: they are those of the files that were saved."""
    if path.is_dir() and not path.is_symlink():
        open_up(path)
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def open_up(directory):
    """Lets us read and remove what somebody else made unreadable."""
    subprocess.run(["chmod", "-R", "u+rwX", str(directory)], check=False, stderr=subprocess.DEVNULL)
