"""Free ports of loopback, for whatever a test starts."""

import contextlib
import random
import socket

_RANDOM = random.SystemRandom()  # not the one that Hypothesis sets back


def free_port() -> int:
    """A port that stays free while its owner is restarted.

    The kernel gives ports above these to outgoing connections, and one of those could take the
    place of a process that was killed.
    """
    while True:
        port = _RANDOM.randrange(20_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
