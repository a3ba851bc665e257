"""Becomes another program: on one core, with many files, and not for longer than it may.

`python pinned.py CORE SECONDS PROGRAM [ARGUMENTS…]`. The alarm outlives the change, so what is
measured ends by itself, also when whoever started it is gone.
"""

import os
import resource
import signal
import sys

FILES = 65_536


def allow_many_files() -> None:
    """Raise the limit as far as we may: as root beyond the hard one, else up to it."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for most in (FILES, hard):
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, max(most, hard)))
        except (ValueError, OSError):
            continue
        return


def main() -> None:
    """Become it."""
    core, seconds, *command = sys.argv[1:]
    allow_many_files()
    os.sched_setaffinity(0, {int(core)})
    signal.alarm(int(seconds))
    os.execvp(command[0], command)  # noqa: S606 - it is what we were told to become


if __name__ == "__main__":
    main()
