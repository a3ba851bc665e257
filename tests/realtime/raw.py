"""A client on a bare socket, for what no library would do: not read, lie, stop in the middle."""

import asyncio
import contextlib
import json
import socket
from typing import Any
from urllib.parse import urlsplit

from streamhub.formats.sample import SLUG

UPGRADE = (
    "GET /socket.io/?EIO=4&transport=websocket{more} HTTP/1.1\r\nHost: test\r\n"
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}\r\n"
)


def masked(payload: bytes, opcode: int = 0x81) -> bytes:
    """A client's frame, under a mask of zeros."""
    size = len(payload)
    if size < 126:
        head = bytes((opcode, 0x80 | size))
    else:
        head = bytes((opcode, 0x80 | 126)) + size.to_bytes(2, "big")
    return head + b"\0\0\0\0" + payload


class Raw:
    """One socket to a node; frames are read and written one at a time."""

    def __init__(self, url: str, *, receive_buffer: int | None = None) -> None:
        parts = urlsplit(url)
        self.address = (parts.hostname, parts.port)
        self._socket = socket.socket()
        if receive_buffer is not None:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter

    async def connect(self, *, more: str = "", headers: str = "") -> "Raw":
        """Open a websocket and read the first packet."""
        await self.dial()
        await self.send_bytes(UPGRADE.format(more=more, headers=headers).encode())
        assert (await self._reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101")
        return self

    async def dial(self) -> "Raw":
        """Open a connection and say nothing."""
        self._socket.setblocking(False)
        await asyncio.get_running_loop().sock_connect(self._socket, self.address)
        self._reader, self._writer = await asyncio.open_connection(sock=self._socket, limit=1 << 12)
        return self

    async def hello(self, view: str = "audience", **auth: Any) -> "Raw":
        """Say hello, and read until the view is there."""
        assert (await self.read()).startswith("0")
        await self.send("40" + json.dumps({"event": SLUG, "view": view} | auth))
        while '"snapshot"' not in (await self.read()):
            pass
        return self

    async def send_bytes(self, data: bytes) -> None:
        """Send bytes."""
        self._writer.write(data)
        await self._writer.drain()

    async def send(self, text: str) -> None:
        """Send a text frame."""
        await self.send_bytes(masked(text.encode()))

    async def read(self, within_s: float = 5) -> str:
        """Read a frame; "" when the connection is over."""
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            async with asyncio.timeout(within_s):
                opcode, size = await self._reader.readexactly(2)
                if size == 126:
                    size = int.from_bytes(await self._reader.readexactly(2), "big")
                elif size == 127:
                    size = int.from_bytes(await self._reader.readexactly(8), "big")
                payload = await self._reader.readexactly(size)
                return payload.decode() if opcode == 0x81 else ""
        return ""

    async def ended(self, within_s: float = 5) -> bool:
        """Whether the other side ends the connection in time; reads everything until then."""
        with contextlib.suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(within_s):
                while await self._reader.read(1 << 16):
                    pass
                return True
        return self._reader.at_eof()

    def close(self) -> None:
        """Hang up."""
        self._writer.close()
