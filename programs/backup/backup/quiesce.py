"""Asks the programs that write to a volume to pause, through files in a shared directory."""

import contextlib
import os
import threading
import time
import uuid
from collections.abc import Iterator

from .failure import Failure
from .processes import Deadline
from .settings import Quiesce

REQUEST = "request"
BEAT_SECONDS = 1
POLL_SECONDS = 0.1


@contextlib.contextmanager
def asked(quiesce: Quiesce, deadline: Deadline) -> Iterator[Deadline]:
    """Holds a request until the end, renews it, and yields its deadline once all have answered."""
    directory = quiesce["directory"]
    number = uuid.uuid4().hex
    limit = Deadline(min(quiesce["timeLimit"], deadline.left()))
    finished = threading.Event()
    write_request(directory, f"{number} 0\n")
    beat = threading.Thread(target=keep_asking, args=(directory, number, finished), daemon=True)
    beat.start()
    try:
        answers = {name: os.path.join(directory, f"{number}.{name}") for name in quiesce["names"]}
        for name, path in answers.items():
            wait_for(quiesce["kind"], name, path, limit)
        yield limit
        # A program that writes again has removed its answer first.
        begun = [name for name, path in answers.items() if not os.path.exists(path)]
        if begun:
            raise Failure(f"{', '.join(begun)} did not keep still until the end of the copy, which was not used")
    finally:
        finished.set()
        beat.join()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(os.path.join(directory, REQUEST))


def keep_asking(directory: str, number: str, finished: threading.Event) -> None:
    """Renews a request. One that is not renewed expires: if this program were killed, no other would wait for it."""
    count = 0
    while not finished.wait(BEAT_SECONDS):
        count += 1
        write_request(directory, f"{number} {count}\n")


def write_request(directory: str, text: str) -> None:
    draft = os.path.join(directory, f".{REQUEST}")
    with open(draft, "w", encoding="utf-8") as file:
        file.write(text)
    # Readers may have any user.
    os.chmod(draft, 0o644)
    os.replace(draft, os.path.join(directory, REQUEST))


def wait_for(kind: str, name: str, path: str, limit: Deadline) -> None:
    """Waits until a program is stopped, or has written its copy."""
    while not os.path.exists(path):
        try:
            limit.left()
        except Failure:
            raise Failure(
                f"{name} did not answer the request to {'stop' if kind == 'stop' else 'write a copy'} in time; is it "
                "running? See its log, and raise the `timeLimit` of `quiesce` where it takes longer"
            ) from None
        time.sleep(POLL_SECONDS)
    if kind == "command":
        code = read_code(path, limit)
        if code != "0":
            raise Failure(f"the command in {name} ended with {code}; its log says why")


def read_code(path: str, limit: Deadline) -> str:
    """Returns the exit code in an answer. An empty file is still being written."""
    while True:
        with open(path, encoding="utf-8") as file:
            code = file.read().strip()
        if code:
            return code
        limit.left()
        time.sleep(POLL_SECONDS)
