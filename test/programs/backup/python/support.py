"""What several of these tests need."""

import os
import pathlib
import tempfile
import traceback
import unittest
from unittest import mock

NOBODY = 65534


class Temporary(unittest.TestCase):
    """A test with a directory of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.directory = pathlib.Path(folder.name)

    def put(self, where, name, what):
        """Until the end of the test."""
        patch = mock.patch.object(where, name, what)
        self.addCleanup(patch.stop)
        return patch.start()


def flips(file):
    """Flips each bit of a file in turn, and puts the file back at the end; yields the number of the bit."""
    yield from changes(file, lambda whole: ((at, flipped(whole, at)) for at in range(len(whole) * 8)))


def cuts(file, spare=0):
    """Cuts a file at each length in turn, but for the longest ones that are spared; yields the length."""
    yield from changes(file, lambda whole: ((length, whole[:length]) for length in range(len(whole) - spare)))


def changes(file, of_whole):
    whole = file.read_bytes()
    try:
        for number, changed in of_whole(whole):
            file.write_bytes(changed)
            yield number
    finally:
        file.write_bytes(whole)


def flipped(whole, at):
    broken = bytearray(whole)
    broken[at // 8] ^= 1 << at % 8
    return broken


def as_nobody(directory, action):
    """
    Gives a directory to somebody without privileges, who does something with it in a process of its own; returns that one's
    exit code. Modes are no obstacle to root, whom tests may well be run by.
    """
    if os.getuid() == 0:
        for root, directories, files in os.walk(directory):
            for path in (root, *(os.path.join(root, name) for name in (*directories, *files))):
                os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    child = os.fork()
    if child == 0:
        os._exit(code_of(action, directory))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def code_of(action, directory):
    try:
        # Who may not pass the directories above has to be there already.
        os.chdir(directory)
        if os.getuid() == 0:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        action(pathlib.Path("."))
    except BaseException:  # pylint: disable=broad-except; nothing may lead back into the tests of who began this
        traceback.print_exc()
        return 1
    return 0
