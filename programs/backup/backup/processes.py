"""Other programs: each is started in its own group, so that none of them outlives a timeout or a stop."""

import contextlib
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Container, Mapping, Sequence
from typing import Any, Self

from .failure import Failure

TAIL = 2_000
GRACE_SECONDS = 10
# Processes that have been started and have not ended, in all threads.
RUNNING: set[subprocess.Popen[str]] = set()

# Programs end with their parent, even when it is killed: half a dump or an upload would go on beside the next one.
TETHER = ["setpriv", "--pdeathsig=KILL"] if shutil.which("setpriv") else []


class Deadline:
    """The end of a job's timeout; each program gets the rest of it."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._seconds = seconds

    def is_over(self) -> bool:
        return time.monotonic() >= self._end

    def left(self) -> float:
        rest = self._end - time.monotonic()
        if rest <= 0:
            raise Failure(f"took longer than its time limit of {self._seconds} seconds; raise `timeLimit`, or find what is slow")
        return rest


def run(words: Sequence[str], deadline: Deadline, env: Mapping[str, str] | None = None, text: str | None = None, accept: Container[int] = (0,)) -> str:
    """Runs a program to its end and returns its output; raises a Failure with its last words when it fails."""
    code, output, errors = end_of(words, deadline, env, text)
    if code not in accept:
        raise Failure(f"{describe(words)} ended with {code}: {last_words(errors or output)}")
    return output


def end_of(words: Sequence[str], deadline: Deadline, env: Mapping[str, str] | None = None, text: str | None = None) -> tuple[int, str, str]:
    """Runs a program to its end, and returns its exit code, its output and its errors."""
    process = subprocess.Popen(
        [*TETHER, *words],
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL if text is None else subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    RUNNING.add(process)
    try:
        output, errors = process.communicate(text, timeout=deadline.left())
    except subprocess.TimeoutExpired:
        end(process)
        deadline.left()
        raise
    except BaseException:
        end(process)
        raise
    finally:
        RUNNING.discard(process)
    return process.returncode, output, errors


class Session:
    """A psql that stays open between queries that must see one snapshot."""

    MARK = "--- end of answer ---"

    def __init__(self, words: Sequence[str], deadline: Deadline, env: Mapping[str, str]) -> None:
        self._words = words
        self._deadline = deadline
        self._process = subprocess.Popen(
            [*TETHER, *words],
            env={**os.environ, **env},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        self._timer = threading.Timer(deadline.left(), end, [self._process])
        self._timer.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        end(self._process)

    def ask(self, sql: str) -> str:
        """Returns the answer of a query."""
        lines: list[str] = []
        assert self._process.stdin and self._process.stdout and self._process.stderr
        try:
            self._process.stdin.write(f"{sql}\n\\echo {self.MARK}\n")
            self._process.stdin.flush()
            for line in self._process.stdout:
                if line.strip() == self.MARK:
                    return "".join(lines).strip()
                lines.append(line)
        except BrokenPipeError:
            pass
        self._deadline.left()
        raise Failure(f"{describe(self._words)} ended in the middle: {last_words(self._process.stderr.read())}")


def end(process: subprocess.Popen[Any]) -> None:
    """Sends SIGTERM to the whole group, and SIGKILL to the rest after ten seconds."""
    for number, patience in ((signal.SIGTERM, GRACE_SECONDS), (signal.SIGKILL, None)):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            return
        try:
            process.communicate(timeout=patience)
            return
        except subprocess.TimeoutExpired:
            continue


def end_all() -> None:
    """Ends all programs of other threads."""
    for process in [*RUNNING]:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)


def describe(words: Sequence[str]) -> str:
    return " ".join(words[:2])


def last_words(text: str) -> str:
    text = text.strip()
    return text if len(text) <= TAIL else f"…{text[-TAIL:]}"
