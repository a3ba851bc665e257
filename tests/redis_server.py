"""A real Redis on a free port of loopback, with the settings that a journal needs.

Clusters with a proxy, replicas and sentinels are in `cluster.py`.
"""

import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Self

import pytest
import redis

from streamhub.redis_link import Place

DURABLE = {
    "appendonly": "yes",
    "appendfsync": "always",
    "maxmemory-policy": "noeviction",
    "save": "",
    "rdbcompression": "no",  # so that what a rewritten file holds can be searched for
}


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RedisServer:
    """One Redis process.

    Args:
        folder: where it keeps its files; they outlive a kill.
        settings: more of them, or others than `DURABLE`.
    """

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        named = {name.replace("_", "-"): value for name, value in settings.items()}
        self.settings = DURABLE | named
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def place(self) -> Place:
        """Where it is, for a `RedisJournal`."""
        return Place(url=self.url)

    def start(self) -> Self:
        """Start it and wait until it answers; skips the test where there is no Redis."""
        program = shutil.which("redis-server")
        if program is None:
            pytest.skip("needs redis-server")
        options = [part for name, value in self.settings.items() for part in (f"--{name}", value)]
        with (self.folder / "redis.log").open("ab") as log:
            self.process = subprocess.Popen(
                [program, "--port", str(self.port), "--bind", "127.0.0.1", *options],
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )
        return self.wait()

    def wait(self) -> Self:
        """Wait until it answers."""
        for _ in range(200):
            try:
                with redis.Redis.from_url(self.url) as client:
                    client.ping()
            except redis.RedisError:
                time.sleep(0.05)
            else:
                return self
        raise TimeoutError((self.folder / "redis.log").read_text()[-2000:])

    def send(self, number: signal.Signals) -> None:
        """Send it a signal: SIGSTOP and SIGCONT make a server that does not answer."""
        assert self.process is not None
        self.process.send_signal(number)

    def kill(self) -> None:
        """`kill -9`."""
        self.send(signal.SIGKILL)
        assert self.process is not None
        self.process.wait()

    def stop(self) -> None:
        """End it, however it is."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait()
