"""A server of its own on a directory, which only its own socket leads to."""

import pathlib
import shlex
import shutil
import tempfile

from .failure import Failure
from .postgres import Server
from .processes import Deadline, last_words, run

# A server that is stopped in a hurry gets so long; one whose data counts gets what is left of the time limit.
HURRY_SECONDS = 60


class Cluster:
    """The data of a server, and the server while it runs."""

    def __init__(self, data, superuser, deadline):
        self._data = data
        self._superuser = superuser
        self._deadline = deadline
        self._socket = pathlib.Path(tempfile.mkdtemp(prefix="cluster-"))

    def make(self, options):
        """An empty one; the directory has to be empty or not there."""
        run(["initdb", f"--pgdata={self._data}", f"--username={self._superuser}", *options], self._deadline)

    def start(self, words):
        """Starts the server with settings as on its command line; where one comes twice, the last one counts."""
        private = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={self._socket}"]
        log = self._socket / "log"
        start = ["pg_ctl", f"--pgdata={self._data}", "--wait", f"--log={log}", f"--options={shlex.join([*words, *private])}", "start"]
        try:
            run(start, self._deadline)
        except Failure:
            raise Failure(f"the server did not start: {last_words(log.read_text(errors='replace'))}") from None
        return Server(self._socket, self._superuser)

    def stop(self, deadline=None):
        """In good order until a deadline, at once without one."""
        if (self._data / "postmaster.pid").exists():
            mode = ["--mode=immediate"] if deadline is None else ["--mode=fast", f"--timeout={int(deadline.left())}"]
            run(["pg_ctl", f"--pgdata={self._data}", *mode, "--wait", "stop"], deadline or Deadline(HURRY_SECONDS), accept=(0, 1))
        shutil.rmtree(self._socket, ignore_errors=True)
