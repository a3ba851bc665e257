"""Real Redis processes on free ports of loopback, with the settings that a journal needs.

Servers, replicas and sentinels by themselves, started and killed without an event loop. A whole
cluster with nodes and a proxy is in `cluster.py`.
"""

import asyncio
import contextlib
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import pytest
import redis
from ports import free_port
from redis.backoff import NoBackoff
from redis.retry import Retry

from streamhub.redis_link import Place

DURABLE = {
    "appendonly": "yes",
    "appendfsync": "always",
    "maxmemory-policy": "noeviction",
    "save": "",
    "rdbcompression": "no",  # so that what a rewritten file holds can be searched for
    # Usual are 5 s, in which more replicas might come that want the same copy.
    "repl-diskless-sync-delay": "0",
}
SERVICE = "streamhub"
"""What the sentinels call the primary and its replicas."""
WITHIN_S = 20.0


def wait_until(holds: Callable[[], object], what: str, within_s: float = WITHIN_S) -> None:
    """Wait until `holds()`, without an event loop; what it raises of Redis counts as no."""
    end = time.monotonic() + within_s
    while True:
        with contextlib.suppress(redis.RedisError, OSError):
            if holds():
                return
        if time.monotonic() > end:
            raise TimeoutError(f"{what} within {within_s:.0f} s")
        time.sleep(0.01)


async def until(holds: Callable[[], object], within_s: float = WITHIN_S) -> None:
    """Wait until `holds()`, on the event loop."""
    async with asyncio.timeout(within_s):
        while not holds():  # noqa: ASYNC110 - another process has no event to wait for
            await asyncio.sleep(0.005)


class RedisServer:
    """One Redis process.

    Args:
        folder: where it keeps its files; they outlive a kill.
        settings: more of them, or others than `DURABLE`.

    As a context it runs from the beginning to the end.
    """

    program = "redis-server"

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

    def _options(self) -> list[str]:
        named = {"port": str(self.port), "bind": "127.0.0.1"} | self.settings
        return [part for name, value in named.items() for part in (f"--{name}", *value.split(" "))]

    def start(self) -> Self:
        """Start it and wait until it answers; skips the test where there is no Redis."""
        program = shutil.which(self.program)
        if program is None:
            pytest.skip(f"needs {self.program}")
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "redis.log").open("ab") as log:
            self.process = subprocess.Popen(
                [program, *self._options()], cwd=self.folder, stdout=log, stderr=log
            )
        return self.wait()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_failure: object) -> None:
        self.stop()

    def wait(self) -> Self:
        """Wait until it answers."""
        try:
            wait_until(self._answers, "Redis does not answer")
        except (TimeoutError, RuntimeError) as error:
            raise RuntimeError((self.folder / "redis.log").read_text()[-2000:]) from error
        return self

    def _answers(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            raise RuntimeError("Redis has ended")
        with socket.create_connection(("127.0.0.1", self.port), timeout=1) as link:
            link.sendall(b"PING\r\n")
            return not link.recv(100).startswith(b"-LOADING")

    def ask(self, *words: str | float | bytes, password: str | None = None) -> Any:
        """Send it one command, on a connection of its own."""
        with self.connect(password) as client:
            return client.execute_command(*words)

    def connect(self, password: str | None = None) -> redis.Redis:
        """One connection, which is a context."""
        return redis.Redis(
            port=self.port,
            password=password,
            retry=Retry(NoBackoff(), 0),
            driver_info=None,
            single_connection_client=True,
        )

    def cut(self) -> None:
        """Break every connection to it."""
        self.ask("CLIENT", "KILL", "TYPE", "normal")

    def calls(self, command: str) -> int:
        """How many times it has run a command, also from scripts."""
        about = self.ask("INFO", "commandstats")
        return int(about.get(f"cmdstat_{command}", {"calls": 0})["calls"])

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


class RedisReplica(RedisServer):
    """A Redis that follows another.

    Args:
        folder: where it keeps its files.
        primary: whom it follows.
        settings: as for `RedisServer`.
    """

    def __init__(self, folder: Path, primary: RedisServer, **settings: str) -> None:
        super().__init__(folder, replicaof=f"127.0.0.1 {primary.port}", **settings)
        self._primary = primary

    def wait(self) -> Self:
        """Wait until it has caught up, and its primary would take writes because of it."""
        super().wait()
        wait_until(self._is_good, "the replica does not follow its primary")
        return self

    def _is_good(self) -> bool:
        _, _, replicas = self._primary.ask("ROLE")
        good = self._primary.ask("INFO", "replication").get("min_slaves_good_slaves", 1)
        if not good or b"%d" % self.port not in {port for _, port, _ in replicas}:
            return False
        # Listed is not enough: for up to a second it may not be sent anything.
        with self._primary.connect() as primary:
            primary.publish("streamhub tests", "")  # goes to replicas, and touches no key
            return int(primary.wait(len(replicas), 100)) == len(replicas)


class RedisSentinel(RedisServer):
    """One sentinel, which declares the primary dead after half a second.

    Args:
        folder: where it keeps what it learns.
        port: where the primary is.
        quorum: how many sentinels must agree.
        settings: lines of its configuration, without `sentinel` and the name of the service.
    """

    program = "redis-sentinel"

    def __init__(self, folder: Path, port: int, quorum: int, **settings: str) -> None:
        super().__init__(folder, **settings)
        self.settings = {name: self.settings[name.replace("_", "-")] for name in settings}
        self._watches = f"sentinel monitor {SERVICE} 127.0.0.1 {port} {quorum}"

    def _options(self) -> list[str]:
        config = self.folder / "sentinel.conf"
        if not config.exists():
            lines = [
                f"port {self.port}",
                "bind 127.0.0.1",
                *(f"{name.replace('_', '-')} {value}" for name, value in self.settings.items()),
                self._watches,
                f"sentinel down-after-milliseconds {SERVICE} 500",
                f"sentinel failover-timeout {SERVICE} 2000",
            ]
            config.write_text("\n".join([*lines, ""]))
        return [str(config)]

    def knows(self, replicas: int, sentinels: int) -> bool:
        """Whether it has found so many replicas, and so many sentinels beside itself."""
        self.ask("SENTINEL", "CKQUORUM", SERVICE)
        found = (self.ask("SENTINEL", what, SERVICE) for what in ("REPLICAS", "SENTINELS"))
        return [len(each) for each in found] == [replicas, sentinels]

    def primary(self) -> int:
        """The port of the primary, as far as it knows."""
        _, port = self.ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", SERVICE)
        return int(port)
