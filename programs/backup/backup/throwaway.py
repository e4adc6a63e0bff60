"""A temporary server that no other program can reach; it is removed at the end in any case."""

import pathlib
import shutil

from .cluster import as_words, Cluster
from .postgres import Server
from .processes import Deadline

# The data is thrown away after a crash.
UNSAFE = {"fsync": "off", "full_page_writes": "off"}
SETTINGS = {
    **UNSAFE,
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "20",
}


class Throwaway:
    """An empty server in a directory that is made for it."""

    def __init__(self, directory: pathlib.Path, superuser: str, deadline: Deadline) -> None:
        self._directory = directory
        self._cluster = Cluster(directory / "data", superuser, deadline)

    def __enter__(self) -> Server:
        shutil.rmtree(self._directory, ignore_errors=True)
        self._directory.mkdir(parents=True)
        try:
            self._cluster.make(["--auth=trust", "--no-sync", "--locale=C.UTF-8"])
            return self._cluster.start(as_words(SETTINGS))
        except BaseException:
            self._remove()
            raise

    def __exit__(self, *_: object) -> None:
        self._remove()

    def _remove(self) -> None:
        self._cluster.stop()
        shutil.rmtree(self._directory, ignore_errors=True)
