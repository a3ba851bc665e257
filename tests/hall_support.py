"""A hall of paired displays, each a bare websocket, and how long a change takes to the last one.

A display here reads frames and notes when which patch came; it draws nothing, so fifty of them cost
the machine less than one page does.
"""

import asyncio
import re
import time
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from support import Client, post_json

from streamhub.formats.sample import SLUG
from streamhub.tasks import end

TO = re.compile(r'^42\["patch",.*?"to":\s?"([^"]+)"')
WITHIN_S = 20.0
PAIRED_MOST = 55
"""What a producer may send in one go is sixty."""


@dataclass
class Display:
    """One paired screen."""

    token: str
    came: dict[str, float] = field(default_factory=dict)
    """When the patch to a cursor came, by `time.perf_counter`."""
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    _socket: aiohttp.ClientWebSocketResponse | None = None
    _reading: asyncio.Task[None] | None = None

    async def open(self, session: aiohttp.ClientSession, url: str) -> None:
        """Connect to `stage` and wait for the view."""
        socket = await session.ws_connect(f"{url}/socket.io/?EIO=4&transport=websocket")
        self._socket = socket
        await socket.receive_str()
        await socket.send_str(f'40{{"event":"{SLUG}","view":"stage","token":"{self.token}"}}')
        while '"snapshot"' not in await socket.receive_str(timeout=WITHIN_S):
            pass
        self._reading = asyncio.create_task(self._read(socket))

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            at = time.perf_counter()
            if message.data == "2":
                await socket.send_str("3")
            elif (found := TO.match(message.data)) is not None:
                self.came[found[1]] = at
                self.changed.set()

    async def got(self, cursor: str) -> float:
        """When the patch to `cursor` came."""
        while cursor not in self.came:
            self.changed.clear()
            await self.changed.wait()
        return self.came[cursor]

    async def close(self) -> None:
        """Hang up."""
        if self._reading is not None:
            await end([self._reading])
        if self._socket is not None:
            await self._socket.close()


@dataclass
class Hall:
    """A producer and displays of every layout that is not somebody's own."""

    url: str
    producer: Client
    session: aiohttp.ClientSession
    displays: list[Display] = field(default_factory=list)

    @classmethod
    async def open(cls, url: str, producer_token: str, count: int) -> "Hall":
        """Pair `count` displays and connect them."""
        assert count <= PAIRED_MOST
        producer = await Client(url).connect("control", token=producer_token)
        session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        hall = cls(url, producer, session)
        for number in range(count):
            _, offer = await post_json(f"{url}/api/v1/displays/offers", {})
            layout = ("now-next", "agenda", "foyer", "door", "questions")[number % 5]
            await hall.pair(offer["code"], f"Screen {number}", layout)
            hall.displays.append(Display(offer["token"]))
            await hall.displays[-1].open(session, url)
        return hall

    async def pair(self, code: str, name: str, layout: str) -> None:
        """The producer enters the code of a screen."""
        fields = {"code": code, "name": name, "room": "main", "layout": layout}
        answer = await self.producer.do("display.pair", **fields)
        assert answer["ok"], answer

    @property
    def live(self) -> str:
        """The title of what is on."""
        state = self.producer.state
        return str(state["sessions"][state["rooms"]["main"]["live"]]["title"])

    def other(self) -> dict[str, Any]:
        """The command that moves the room: on, or back to where it was."""
        state = self.producer.state
        if state["rooms"]["main"]["live"] == "s3":
            return {"type": "session.next", "room": "main", "live": "s3"}
        return {"type": "rundown.undo", "room": "main", "seq": state["undo"]["main"]["seq"]}

    async def move(self) -> tuple[float, float]:
        """Move the room; return the ms until the acknowledgement, and until the last display."""
        command = self.other()
        kind = command.pop("type")
        began = time.perf_counter()
        answer = await self.producer.do(kind, **command)
        acked = time.perf_counter()
        assert answer["ok"], answer
        async with asyncio.timeout(WITHIN_S):
            times = [await display.got(answer["cursor"]) for display in self.displays]
            await self.producer.until(lambda: self.producer.cursor == answer["cursor"])
        return (acked - began) * 1000, (max(times) - began) * 1000

    async def close(self) -> None:
        """Everybody goes home."""
        await asyncio.gather(*(display.close() for display in self.displays))
        await self.session.close()
        await self.producer.close()
