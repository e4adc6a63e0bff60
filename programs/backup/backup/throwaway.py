"""A temporary server that no other program can reach; it is removed at the end in any case."""

import shutil

from .cluster import Cluster, as_words

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

    def __init__(self, directory, superuser, deadline):
        self._directory = directory
        self._cluster = Cluster(directory / "data", superuser, deadline)

    def __enter__(self):
        shutil.rmtree(self._directory, ignore_errors=True)
        self._directory.mkdir(parents=True)
        try:
            self._cluster.make(["--auth=trust", "--no-sync", "--locale=C.UTF-8"])
            return self._cluster.start(as_words(SETTINGS))
        except BaseException:
            self._remove()
            raise

    def __exit__(self, *_):
        self._remove()

    def _remove(self):
        self._cluster.stop()
        shutil.rmtree(self._directory, ignore_errors=True)
