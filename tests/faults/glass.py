"""A page in a few lines: what the browser's connection does, on a bare websocket.

It reconnects, resumes, resyncs and repeats commands by the same rules and with the same times as
`web/src/net/`, and notes what no page would: how long it was away, what it had missed. Hundreds of
them fit into one process.
"""

import asyncio
import contextlib
import json
import random
import time
import uuid
from collections.abc import Callable
from typing import Any, Final

import aiohttp

from streamhub.core import merge

BACK_OFF_S: Final = (0.5, 5.0)
ACK_S: Final = 10.0
SILENCE_S: Final = (12.0, 16.0)
GONE: Final = (aiohttp.ClientError, OSError, TimeoutError, ValueError, TypeError)
"""What a connection that ends may raise; the last where a close comes in place of a text."""
BUSY: Final = frozenset({"unavailable", "request.too_many"})


class Glass:
    """One page that looks at `view` of the sample event through `url`.

    Attributes:
        outages: how long it was without a connection, each time, in seconds.
        resyncs: how often it found that it had missed something.
        wrong: what must never happen, in words.
    """

    def __init__(
        self,
        url: str,
        event: str,
        view: str = "stage",
        *,
        room: str | None = None,
        token: str | None = None,
    ) -> None:
        self.url = url.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
        self.auth = {"event": event, "view": view}
        self.auth |= {key: value for key, value in (("room", room), ("token", token)) if value}
        self.state: dict[str, Any] = {}
        self.me: dict[str, Any] = {}
        self.cursor: str | None = None
        self.outages: list[float] = []
        self.resyncs = 0
        self.snapshots = 0
        self.connects = 0
        self.byes = 0
        self.wrong: list[str] = []
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._acks: dict[int, asyncio.Future[Any]] = {}
        self._ids = 0
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._lost_at: float | None = None
        self._bye_s: float | None = None

    # --- the connection -------------------------------------------------------------------------

    async def open(self, session: aiohttp.ClientSession) -> "Glass":
        """Connect, and wait for the view."""
        self._task = asyncio.create_task(self._live(session))
        await self.until(lambda: self.cursor is not None, 20)
        return self

    async def close(self) -> None:
        """Disconnect for good."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _live(self, session: aiohttp.ClientSession) -> None:
        tries = 0
        while True:
            self._bye_s = None
            with contextlib.suppress(*GONE):
                async with asyncio.timeout(5):
                    socket = await session.ws_connect(
                        self.url,
                        compress=0,
                        max_msg_size=1 << 24,
                        timeout=aiohttp.ClientWSTimeout(ws_close=0.1),  # as browsers: no waiting
                    )
                async with socket:
                    if await self._hello(socket):
                        tries = 0
                        await self._listen(socket)
            self._socket = None
            if self._lost_at is None:
                self._lost_at = time.monotonic()
            for ack in self._acks.values():
                if not ack.done():
                    ack.set_exception(ConnectionError("disconnected"))
            wait_s = self._bye_s
            if wait_s is None:
                wait_s = min(BACK_OFF_S[1], BACK_OFF_S[0] * 2**tries) * random.uniform(0.5, 1.5)
            tries = min(tries + 1, 4)
            await asyncio.sleep(wait_s)

    async def _hello(self, socket: aiohttp.ClientWebSocketResponse) -> bool:
        async with asyncio.timeout(5):
            if not (await socket.receive_str()).startswith("0"):
                return False
            resume = {} if self.cursor is None else {"resume": self.cursor}
            await socket.send_str("40" + json.dumps(self.auth | resume))
            return (await socket.receive_str()).startswith("40")

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self.connects += 1
        if self._lost_at is not None:
            self.outages.append(time.monotonic() - self._lost_at)
            self._lost_at = None
        limit = random.uniform(*SILENCE_S)
        while self._bye_s is None:
            async with asyncio.timeout(limit):
                message = await socket.receive()
            if message.type is not aiohttp.WSMsgType.TEXT:
                return
            data: str = message.data
            if data == "2":
                await socket.send_str("3")
            elif data.startswith("42"):
                name, body = json.loads(data[2:])
                self._hear(name, body)
                self._changed.set()
            elif data.startswith("43"):
                number, _, rest = data[2:].partition("[")
                ack = self._acks.pop(int(number), None)
                if ack is not None and not ack.done():
                    ack.set_result(json.loads("[" + rest)[0])

    def _hear(self, name: str, body: Any) -> None:
        if name == "snapshot":
            self.snapshots += 1
            self.state, self.cursor = body["state"], body["cursor"]
        elif name == "patch":
            if body["from"] != self.cursor:
                self.resyncs += 1
                self._resync()
                return
            self.state, self.cursor = merge.apply(self.state, body["patch"]), body["to"]
        elif name == "beat" and body["cursor"] != self.cursor:
            asyncio.get_running_loop().call_later(3, self._stray, body["cursor"])
        elif name == "me":
            self.me = body if "id" in body else merge.apply(self.me, body)
        elif name == "bye":
            self.byes += 1
            self._bye_s = body["retry_after"]

    def _stray(self, cursor: str) -> None:
        """Three seconds after a beat that named another cursor: missed something, if not moved."""
        seqs = [int(one.partition(".")[0]) for one in (cursor, self.cursor or "0.")]
        if seqs[1] < seqs[0]:
            self.resyncs += 1
            self._resync()

    def _resync(self) -> None:
        if self._socket is not None and not self._socket.closed:
            task = asyncio.ensure_future(self._send("resync", {"cursor": self.cursor}))
            task.add_done_callback(lambda done: done.cancelled() or done.exception())

    # --- what people do with it -----------------------------------------------------------------

    async def _send(self, name: str, body: Any) -> Any:
        socket = self._socket
        if socket is None or socket.closed:
            raise ConnectionError("not connected")
        self._ids += 1
        number = self._ids
        ack = self._acks[number] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(ACK_S):
                await socket.send_str(f"42{number}" + json.dumps([name, body]))
                return await ack
        finally:
            self._acks.pop(number, None)

    async def do(self, kind: str, **fields: Any) -> Any:
        """Send a command until it is answered, always under the same id; returns the answer."""
        body = {"id": str(uuid.uuid4()), "type": kind, **fields}
        while True:
            try:
                answer = await self._send("command", body)
            except (OSError, TimeoutError, aiohttp.ClientError):
                await asyncio.sleep(0.05)
                continue
            if answer["ok"] or answer["error"]["code"] not in BUSY:
                return answer
            await asyncio.sleep(min(1.0, answer["error"].get("retry_after", 0.2)))

    async def until(self, holds: Callable[[], object], within_s: float = 30.0) -> None:
        """Wait until `holds()`, looking whenever something came."""
        async with asyncio.timeout(within_s):
            while not holds():
                self._changed.clear()
                await self._changed.wait()
