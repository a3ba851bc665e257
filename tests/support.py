"""What tests share: a node that really serves, and clients that speak to it."""

import asyncio
import os
import signal
import sys
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import socketio

from streamhub import demo
from streamhub.app import Node, open_hubs, serve
from streamhub.core import merge
from streamhub.core.ids import Ms
from streamhub.formats.sample import SLUG
from streamhub.hub.hub import EventHub
from streamhub.hub.hubs import Hubs
from streamhub.hub.ports import SystemClock
from streamhub.settings import Settings

WITHIN_S = 5.0


@asynccontextmanager
async def running(data: Path, **settings: Any) -> AsyncIterator[Node]:
    """A node on a free port with the sample event, as the demonstration has it."""

    async def prepare(hubs: Hubs) -> None:
        if not len(hubs):
            await demo.create(hubs, as_published=False)

    made = Settings(data=data, host="127.0.0.1", port=0, **settings)
    async with serve(made, prepare=prepare) as node:
        yield node


@dataclass
class HandClock(SystemClock):
    """A clock that the test moves."""

    at: Ms

    def now(self) -> Ms:
        return self.at


class ServerProcess:
    """`streamhub serve` in a process of its own, to be killed and started again.

    Args:
        data: its data directory, with the sample event going on.
        port: where it listens, the same after every start.
    """

    command: tuple[str, ...] = ("-c", "from streamhub.cli import main; main()", "serve")
    """What Python runs, before `--data` and `--port`."""

    def __init__(self, data: Path, port: int) -> None:
        self.data = data
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.tokens: dict[str, str] = {}
        self._process: asyncio.subprocess.Process | None = None

    async def prepare(self) -> None:
        """Create the sample event in the data directory."""
        async with open_hubs(Settings(data=self.data)) as hubs:
            hub = await demo.create(hubs, as_published=False)
            for link in hub.state.links.values():
                self.tokens[link.role.value] = hubs.keyring.link_token(SLUG, link.id)

    async def start(self) -> None:
        """Start, and wait until it is ready."""
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, *self.command),
            *("--data", str(self.data), "--port", str(self.port)),
            stdin=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=os.environ
            | {
                "PYTHONPATH": str(Path(__file__).parents[1]),
                "STREAMHUB_LIMIT_QUESTIONS": "1000000",  # all of a crowd come from here
                "STREAMHUB_NEWCOMER_WORK": "0",
            },
        )
        async with aiohttp.ClientSession() as session, asyncio.timeout(30):
            while not await self._is_ready(session):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.05)

    async def _is_ready(self, session: aiohttp.ClientSession) -> bool:
        try:
            async with session.get(f"{self.url}/readyz") as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    async def kill(self) -> None:
        """`kill -9`."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        await self._process.wait()

    async def stop(self) -> int:
        """SIGTERM; returns the exit status."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.terminate()
        return await asyncio.wait_for(self._process.wait(), 15)


def hub_of(node: Node) -> EventHub:
    """The hub of the sample event."""
    return node.hubs.get(SLUG)


def token_of(node: Node, role: str) -> str:
    """The token of the link for `role`."""
    hub = hub_of(node)
    link = next(link for link in hub.state.links.values() if link.role.value == role)
    return node.hubs.keyring.link_token(SLUG, link.id)


def fresh(kind: str, /, **fields: Any) -> dict[str, Any]:
    """A command with a fresh id."""
    return {"id": str(uuid.uuid4()), "type": kind, **fields}


class Client:
    """A program on python-socketio's own client, which keeps a replica as a page does."""

    def __init__(self, url: str, transports: list[str] | None = None) -> None:
        self.url = url
        self.transports = transports or ["websocket"]
        self.sio = socketio.AsyncClient(reconnection=False)
        self.seen: dict[str, list[Any]] = defaultdict(list)
        self.state: dict[str, Any] = {}
        self.me: dict[str, Any] = {}
        self.cursor: str | None = None
        self.resyncs = 0
        self._changed = asyncio.Event()
        for name in ("snapshot", "patch", "me", "beat", "bye", "presence", "reactions", "streams"):
            self.sio.on(name, self._heard(name))

    def _heard(self, name: str) -> Any:
        def hear(body: Any) -> None:
            self.seen[name].append(body)
            if name == "snapshot":
                self.state, self.cursor = body["state"], body["cursor"]
            elif name == "patch":
                if body["from"] == self.cursor:
                    self.state, self.cursor = merge.apply(self.state, body["patch"]), body["to"]
                else:
                    self.resyncs += 1
            elif name == "me":
                self.me = merge.apply(self.me, body)
            self._changed.set()

        return hear

    async def connect(self, view: str = "audience", **auth: Any) -> "Client":
        """Connect and wait for the view."""
        auth = {"event": SLUG, "view": view} | auth
        await self.sio.connect(self.url, auth=auth, transports=self.transports)
        await self.until(lambda: self.cursor is not None or self.seen["patch"])
        return self

    async def until(self, holds: Any, within_s: float = WITHIN_S) -> None:
        """Wait until `holds()`, looking whenever something came."""
        async with asyncio.timeout(within_s):
            while not holds():
                self._changed.clear()
                await self._changed.wait()

    async def ask(self, name: str, body: Any) -> Any:
        """Send a message and return its ack."""
        return await self.sio.call(name, body, timeout=WITHIN_S)

    async def do(self, kind: str, /, **fields: Any) -> Any:
        """Send a fresh command and return its ack."""
        return await self.ask("command", fresh(kind, **fields))

    async def close(self) -> None:
        """Disconnect."""
        await self.sio.disconnect()


async def get_json(url: str, token: str | None = None) -> tuple[int, Any]:
    """GET an address; returns status and body."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as response:
        return response.status, await response.json()


async def post_json(url: str, body: Any, token: str | None = None) -> tuple[int, Any]:
    """POST a JSON body; returns status and body."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, json=body, headers=headers) as response,
    ):
        return response.status, await response.json()
