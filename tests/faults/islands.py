"""A node on an island: a network of its own, with one cable to people and one to Redis.

The networks are Linux's own (network namespaces), and each cable is two TUN devices with a pump
between them, so what is lost here are packets: TCP retransmits, waits and gives up as it does
between two machines. The kernel that CI has offers no `netem`.

While a rig runs, this process and what it starts are in a network that holds nothing else, Redis
and HAProxy among them. Nothing has a name that another run could meet, and the kernel takes all of
it away with the process, however that ends.
"""

import asyncio
import contextlib
import ctypes
import fcntl
import os
import random
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Self

from rigs import RedisRig

CLONE_NEWNET: Final = 0x4000_0000
TUNSETIFF: Final = 0x4004_54CA
IFF_TUN: Final = 0x0001
IFF_NO_PI: Final = 0x1000
PACKET_MOST: Final = 65_536
HELD_MOST: Final = 4096
"""Packets that a cable holds; more are dropped, as by any router."""

_LIBC: Final = ctypes.CDLL(None, use_errno=True)


class Net:
    """A network of its own: loopback, and what is plugged in. Needs root."""

    def __init__(self) -> None:
        home = _here()
        try:
            _call(_LIBC.unshare(CLONE_NEWNET))
            self.fd = _here()
            self.run("link", "set", "lo", "up")
        finally:
            _call(_LIBC.setns(home, CLONE_NEWNET))
            os.close(home)

    @property
    def path(self) -> str:
        """Where programs find it, such as `nsenter --net=`."""
        return f"/proc/{os.getpid()}/fd/{self.fd}"

    def run(self, *words: str) -> None:
        """Let `ip` do something in it."""
        with self.entered():
            subprocess.run(["ip", *words], check=True)

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        """Be in it: sockets that are made and processes that are started now are there."""
        home = _here()
        _call(_LIBC.setns(self.fd, CLONE_NEWNET))
        try:
            yield
        finally:
            _call(_LIBC.setns(home, CLONE_NEWNET))
            os.close(home)

    def close(self) -> None:
        """Let go of it; it is gone when the last process in it is."""
        os.close(self.fd)


def _here() -> int:
    """The network in which this thread is."""
    return os.open("/proc/thread-self/ns/net", os.O_RDONLY)


def _call(status: int) -> None:
    if status:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


class Cable:
    """A cable between a network that asks and one that answers; the running loop pumps.

    Args:
        name: what both ends are called.
        number: its addresses are 10.77.NUMBER.1, of the end that asks, and .2.
        asks: the network from which connections come.
        answers: the network to which they lead.

    Attributes:
        loss: which part of the packets is lost, either way.
        delay_s: how long the others take, either way.
        passed: how many packets came through.
        lost: how many did not.
    """

    def __init__(self, name: str, number: int, asks: Net, answers: Net) -> None:
        self.name = name
        self.asking = f"10.77.{number}.1"
        self.answering = f"10.77.{number}.2"
        self.loss = 0.0
        self.delay_s = 0.0
        self.passed = 0
        self.lost = 0
        self._held = 0
        self._answers = answers
        self._random = random.Random(number)
        self._loop = asyncio.get_running_loop()
        self._ends: list[int] = []
        for net, address in ((asks, self.asking), (answers, self.answering)):
            self._ends.append(_tun(net, name))
            net.run("address", "add", f"{address}/30", "dev", name)
            net.run("link", "set", name, "up")
        for end, other in (self._ends, self._ends[::-1]):
            self._loop.add_reader(end, self._pump, end, other)

    def cut(self) -> None:
        """Take down the end that answers: who asks hears nothing, not even a refusal."""
        self._answers.run("link", "set", self.name, "down")

    def mend(self) -> None:
        """Bring it up, and let everything through at once."""
        self.loss = self.delay_s = 0.0
        self._answers.run("link", "set", self.name, "up")

    def _pump(self, end: int, other: int) -> None:
        with contextlib.suppress(OSError):  # nothing more to read, or this end is down
            while packet := os.read(end, PACKET_MOST):
                if self._random.random() < self.loss or self._held >= HELD_MOST:
                    self.lost += 1
                elif self.delay_s:
                    self._held += 1
                    self._loop.call_later(self.delay_s, self._release, other, packet)
                else:
                    self._deliver(other, packet)

    def _release(self, end: int, packet: bytes) -> None:
        self._held -= 1
        self._deliver(end, packet)

    def _deliver(self, end: int, packet: bytes) -> None:
        if end not in self._ends:
            return
        try:
            os.write(end, packet)
        except OSError:  # that end is down
            self.lost += 1
        else:
            self.passed += 1

    def close(self) -> None:
        """Pull it out; the devices are gone with it."""
        while self._ends:
            end = self._ends.pop()
            self._loop.remove_reader(end)
            os.close(end)


def _tun(net: Net, name: str) -> int:
    with net.entered():
        end = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(end, TUNSETIFF, struct.pack("16sH14x", name.encode(), IFF_TUN | IFF_NO_PI))
    return end


class IslandRig(RedisRig):
    """Two nodes on Redis, the first of them on an island.

    Attributes:
        node: the node on the island.
        to_people: its cable to HAProxy.
        to_redis: its cable to Redis.
    """

    to_people: Cable
    to_redis: Cable

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.node = self.cluster.nodes[0]
        self._nets = contextlib.ExitStack()

    async def __aenter__(self) -> Self:
        try:
            self._settle()
        except OSError as error:
            self._nets.close()
            raise PermissionError("an island needs root and /dev/net/tun") from error
        try:
            return await super().__aenter__()
        except BaseException:
            self._nets.close()
            raise

    def _settle(self) -> None:
        """Make the networks and the cables, tell everybody where they are, and go there."""
        nets = self._nets
        shore = nets.enter_context(contextlib.closing(Net()))
        island = nets.enter_context(contextlib.closing(Net()))
        self.to_people = nets.enter_context(contextlib.closing(Cable("people", 1, shore, island)))
        self.to_redis = nets.enter_context(contextlib.closing(Cable("redis", 2, island, shore)))
        node, redis, proxy = self.node, self.cluster.redis, self.cluster.proxy
        node.command = ["nsenter", f"--net={island.path}", "--", *node.command]
        node.url = f"http://{self.to_people.answering}:{node.port}"
        node.env["STREAMHUB_HOST"] = self.to_people.answering
        node.env["STREAMHUB_JOURNAL"] = f"redis://{self.to_redis.answering}:{redis.port}/0"
        proxy.env["NODE_1"] = f"{self.to_people.answering}:{node.port}"
        # nobody else is in the network that this Redis is opened to
        redis._settings += [f"bind 127.0.0.1 {self.to_redis.answering}", "protected-mode no"]
        nets.enter_context(shore.entered())

    async def __aexit__(self, *failure: object) -> None:
        try:
            await super().__aexit__(*failure)
        finally:
            self._nets.close()
