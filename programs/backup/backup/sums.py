"""The checksums of the files of a dump."""

import hashlib
import pathlib

from .failure import Failure

SUMS = "SHA256SUMS"


def write(directory: pathlib.Path) -> None:
    files = sorted(path for path in directory.iterdir() if path.name != SUMS)
    lines = [f"{digest(path)}  {path.name}\n" for path in files]
    (directory / SUMS).write_text("".join(lines), encoding="utf-8")


def check(directory: pathlib.Path) -> None:
    """Checks that exactly the dumped files exist, with their content."""
    file = directory / SUMS
    if not file.exists():
        raise Failure(f"the dump has no {SUMS}: it is not a complete dump")
    expected = {name: sum_ for sum_, name in (line.split("  ", 1) for line in file.read_text(encoding="utf-8").splitlines())}
    found = {path.name: digest(path) for path in directory.iterdir() if path.name != SUMS}
    wrong = sorted(name for name in {*expected, *found} if expected.get(name) != found.get(name))
    if wrong:
        raise Failure(f"not as they were dumped: {', '.join(wrong)}")


def digest(path: pathlib.Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
