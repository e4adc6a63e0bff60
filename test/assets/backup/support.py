"""What several of these tests need."""

import os
import traceback

NOBODY = 65534


def as_nobody(directory, action):
    """
    Gives a directory to somebody without privileges, who does something in a process of its own; returns that one's exit
    code. Modes are no obstacle to root, whom tests may well be run by.
    """
    if os.getuid() == 0:
        for root, directories, files in os.walk(directory):
            for path in (root, *(os.path.join(root, name) for name in (*directories, *files))):
                os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    child = os.fork()
    if child == 0:
        os._exit(code_of(action))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def code_of(action):
    try:
        if os.getuid() == 0:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        action()
    except BaseException:  # pylint: disable=broad-except; nothing may lead back into the tests of who began this
        traceback.print_exc()
        return 1
    return 0
