"""A temporary server on a directory; only its own socket leads to it."""

import pathlib
import shlex
import shutil
import tempfile
from collections.abc import Mapping, Sequence

from .failure import Failure
from .postgres import Server
from .processes import Deadline, end_of, last_words, run

# Seconds for a fast stop or a query. A server whose data counts gets the rest of the timeout.
HURRY_SECONDS = 60


class Cluster:
    """The data of a server, and the server while it runs."""

    def __init__(self, data: pathlib.Path, superuser: str, deadline: Deadline) -> None:
        self._data = data
        self._superuser = superuser
        self._deadline = deadline
        self._socket = pathlib.Path(tempfile.mkdtemp(prefix="cluster-"))
        self._log = self._socket / "log"
        self.server = Server(self._socket, superuser)

    def make(self, options: Sequence[str]) -> None:
        """Makes an empty server; the directory must be empty or missing."""
        run(["initdb", f"--pgdata={self._data}", f"--username={self._superuser}", *options], self._deadline)

    def start(self, words: Sequence[str]) -> Server:
        """Starts the server with settings as on its command line; if one comes twice, the last one counts."""
        private = as_words({"listen_addresses": "", "unix_socket_directories": self._socket})
        options = [f"--timeout={int(self._deadline.left())}", f"--log={self._log}", f"--options={shlex.join([*words, *private])}"]
        self._log.unlink(missing_ok=True)
        try:
            run(["pg_ctl", f"--pgdata={self._data}", "--wait", *options, "start"], self._deadline)
        except Failure:
            raise Failure(f"the server did not start: {last_words(self.said())}") from None
        return self.server

    def said(self) -> str:
        """Returns the log of the server since its last start."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def is_running(self) -> bool:
        code, _, errors = end_of(["pg_ctl", f"--pgdata={self._data}", "status"], Deadline(HURRY_SECONDS))
        if code not in (0, 3, 4):
            raise Failure(f"pg_ctl status ended with {code}: {last_words(errors)}")
        return code == 0

    def halt(self, deadline: Deadline | None = None) -> None:
        """Stops the server cleanly until a deadline, at once without one; it may be started again."""
        if (self._data / "postmaster.pid").exists():
            mode = ["--mode=immediate"] if deadline is None else ["--mode=fast", f"--timeout={int(deadline.left())}"]
            run(["pg_ctl", f"--pgdata={self._data}", *mode, "--wait", "stop"], deadline or Deadline(HURRY_SECONDS), accept=(0, 1))

    def stop(self, deadline: Deadline | None = None) -> None:
        """Stops the server for the last time."""
        self.halt(deadline)
        shutil.rmtree(self._socket, ignore_errors=True)


def as_words(settings: Mapping[str, object]) -> list[str]:
    """Returns settings as on a server's command line."""
    return [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
