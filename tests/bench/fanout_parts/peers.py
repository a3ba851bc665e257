"""The servers that are compared: how each is started, and what it is called in the table.

Redis, where one is needed, stays on the load generator's core.
"""

import asyncio
import contextlib
import json
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ports import free_port
from redis_server import RedisServer

from fanout_parts.machine import SERVER_CORE, compiled, environment, node_peer, pinned
from streamhub.formats.sample import SLUG

AUTH: Final = {"event": SLUG, "view": "audience"}


@dataclass(frozen=True)
class Ground:
    """What a run has for its servers.

    Args:
        folder: for sockets and logs.
        snapshot: a file with the body of streamhub's snapshot, which all send on connect.
    """

    folder: Path
    snapshot: Path
    redis: RedisServer | None = None


Command = Callable[[Ground, int, str], list[str]]


@dataclass(frozen=True)
class Peer:
    """One kind of server.

    Args:
        name: in options and tables.
        title: in words.
        command: makes the command, of what there is, a port and a control socket.
        has_commands: whether a broadcast can come of a command.
        needs_redis: whether a Redis must run beside it.
    """

    name: str
    title: str
    command: Command
    has_commands: bool = False
    needs_redis: bool = False


def _python(module: str, *more: str) -> Command:
    def made(ground: Ground, port: int, control: str) -> list[str]:
        said = ["--port", str(port), "--control", control, "--snapshot", str(ground.snapshot)]
        return [sys.executable, "-m", f"fanout_parts.{module}", *said, *more]

    return made


def _limit(ground: Ground, port: int, control: str) -> list[str]:
    return [str(compiled("limit")), str(port), control, str(ground.snapshot)]


def _node(ground: Ground, port: int, control: str) -> list[str]:
    return [*node_peer(), str(port), control, str(ground.snapshot)]


def _node_redis(ground: Ground, port: int, control: str) -> list[str]:
    assert ground.redis is not None
    return [*_node(ground, port, control), ground.redis.url]


# A team of workers on one port would be one more row here: its command starts them on a journal in
# Redis, with one control socket for each, all of which `Load` is given. CPU and memory are read of
# a process and all that it started, so the rest stays as it is.
PEERS: Final = (
    Peer("limit", "C, one send() each", _limit),
    Peer("streamhub", "streamhub", _python("ours"), has_commands=True),
    Peer("node", "Node socket.io", _node),
    Peer("node-redis", "Node socket.io, Redis", _node_redis, needs_redis=True),
    Peer("stock", "python-socketio", _python("stock")),
    Peer("stock-raised", "python-socketio, gc raised", _python("stock", "--raised")),
)
BY_NAME: Final = {peer.name: peer for peer in PEERS}


@dataclass
class Running:
    """A server that runs; there is a control socket for each of its workers."""

    pid: int
    port: int
    controls: tuple[str, ...]
    versions: dict[str, str] = field(default_factory=dict)


@contextlib.asynccontextmanager
async def running(peer: Peer, ground: Ground, seconds: float) -> AsyncIterator[Running]:
    """Run a server on its core, for `seconds` at most."""
    port = free_port()
    control = str(ground.folder / f"{peer.name}-{port}.sock")
    process = await asyncio.create_subprocess_exec(
        *pinned(SERVER_CORE, seconds, *peer.command(ground, port, control)),
        stdout=asyncio.subprocess.PIPE,
        env=environment(),
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(60):
            line = await process.stdout.readline()
        if not line:
            raise RuntimeError(f"{peer.name} did not start; see above")
        told: dict[str, Any] = json.loads(line)
        yield Running(process.pid, port, (control,), told["versions"])
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@contextlib.asynccontextmanager
async def prepared(peers: list[Peer]) -> AsyncIterator[Ground]:
    """What servers need, with streamhub's own snapshot as a page gets it."""
    folder = Path(tempfile.mkdtemp(prefix="streamhub-bench-"))
    ground = Ground(folder, folder / "snapshot.json")
    try:
        ground.snapshot.write_text(await _snapshot(ground))
        if any(peer.needs_redis for peer in peers):
            with RedisServer(folder / "redis", appendonly="no") as redis:
                yield Ground(folder, ground.snapshot, redis)
        else:
            yield ground
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _snapshot(ground: Ground) -> str:
    """The body of the snapshot that streamhub sends on connect."""
    import aiohttp

    async with running(BY_NAME["streamhub"], ground, 60) as server:
        address = f"http://127.0.0.1:{server.port}/socket.io/?EIO=4&transport=websocket"
        async with (
            asyncio.timeout(30),
            aiohttp.ClientSession() as session,
            session.ws_connect(address) as socket,
        ):
            await socket.receive_str()
            await socket.send_str("40" + json.dumps(AUTH))
            while True:
                text = await socket.receive_str()
                if text.startswith('42["snapshot",'):
                    return json.dumps(json.loads(text[2:])[1], separators=(",", ":"))
