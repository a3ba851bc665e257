"""Bytes on a socket: websocket frames as a client may or may not send them, and one raw peer."""

import asyncio
import json
import socket
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Final, Self

TEXT: Final = 0x81
BINARY: Final = 0x82
CLOSE: Final = 0x88
PING: Final = 0x89
PONG: Final = 0x8A
FIN: Final = 0x80
TAIL: Final = 12
"""Writes of one peer that are remembered."""
CORE_PACKETS: Final = frozenset("0123456")


def upgrade(query: str = "EIO=4&transport=websocket", headers: str = "") -> bytes:
    """The head of a request for a websocket."""
    return (
        f"GET /socket.io/?{query} HTTP/1.1\r\nHost: hostile\r\nConnection: Upgrade\r\n"
        "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}\r\n"
    ).encode()


def head(size: int, opcode: int = TEXT, form: int = 0, mask: bytes | None = b"\0\0\0\0") -> bytes:
    """The head of a frame that says that `size` bytes follow.

    Args:
        size: what it says.
        opcode: the first byte.
        form: how many bytes at least say it: 0, 2 or 8.
        mask: the mask; None for none.
    """
    bit = 0 if mask is None else 0x80
    if size < 126 and form == 0:
        return bytes((opcode, bit | size)) + (mask or b"")
    if size < 1 << 16 and form <= 2:
        return bytes((opcode, bit | 126)) + size.to_bytes(2, "big") + (mask or b"")
    return bytes((opcode, bit | 127)) + size.to_bytes(8, "big") + (mask or b"")


def frame(payload: bytes, opcode: int = TEXT) -> bytes:
    """A whole frame under a mask of zeros, as short as it goes."""
    size = len(payload)
    if size < 126:
        return bytes((opcode, 0x80 | size, 0, 0, 0, 0)) + payload
    return head(size, opcode) + payload


def under(mask: bytes, payload: bytes) -> bytes:
    """A payload as it is under a mask."""
    size = len(payload)
    whole = int.from_bytes((mask * (size // 4 + 1))[:size], "big")
    return (int.from_bytes(payload, "big") ^ whole).to_bytes(size, "big")


def text(words: str) -> bytes:
    """A text frame."""
    return frame(words.encode("utf-8", "surrogatepass"))


class WrongBytesError(Exception):
    """The server sent what is no frame, no packet or no JSON."""

    def __init__(self, words: str, example: object = "") -> None:
        super().__init__(f"{words}: {example!r}" if example else words)
        self.words = words


def split(data: bytes | bytearray) -> tuple[list[tuple[int, bytes]], int]:
    """The whole frames of a server at the beginning of `data`, and how many bytes they are."""
    found: list[tuple[int, bytes]] = []
    at, end = 0, len(data)
    while at + 2 <= end:
        opcode, size, begin = data[at], data[at + 1], at + 2
        if size > 127:
            raise WrongBytesError("the server sends a mask")
        if size >= 126:
            wide = 2 if size == 126 else 8
            begin += wide
            if begin > end:
                break
            size = int.from_bytes(data[begin - wide : begin], "big")
        if begin + size > end:
            break
        found.append((opcode, bytes(data[begin : begin + size])))
        at = begin + size
    return found, at


def _no_constant(name: str) -> Any:
    raise WrongBytesError(f"the server sends {name}, which is not JSON")


def check(opcode: int, payload: bytes) -> None:
    """Look whether a frame of the server is one that a browser would understand.

    Raises:
        WrongBytesError: it is not.
    """
    if opcode in {PING, PONG, CLOSE}:
        if len(payload) > 125:
            raise WrongBytesError("the server sends a control frame of more than 125 bytes")
        return
    if opcode != TEXT:
        raise WrongBytesError("the server sends a frame that is not text", opcode)
    try:
        check_packet(payload.decode())
    except UnicodeDecodeError as error:
        raise WrongBytesError("the server sends what is not UTF-8", payload[:80]) from error


def check_packet(packet: str) -> None:
    """As `check`, for one Engine.IO packet."""
    if packet[:1] not in CORE_PACKETS:
        raise WrongBytesError("the server sends an unknown packet", packet[:40])
    after = packet.find(",") if packet[2:3] == "/" else 0
    begin = min(
        (at for at in (packet.find("[", after), packet.find("{", after)) if at > 0), default=0
    )
    if begin:
        try:
            json.loads(packet[begin:], parse_constant=_no_constant)
        except ValueError as error:
            raise WrongBytesError("the server sends what is not JSON", packet[:200]) from error


class Peer(asyncio.Protocol):
    """One connection to the server: what came and is not used yet, and what was sent last.

    Attributes:
        got: bytes that came.
        is_over: whether the connection has ended.
        over_at: when it did, by `time.monotonic`.
        tail: the last writes.
        socket: where bytes may be read by hand while the transport does not.
    """

    def __init__(self) -> None:
        self.got = bytearray()
        self.is_over = False
        self.over_at = 0.0
        self.tail: deque[bytes] = deque(maxlen=TAIL)
        self.socket: socket.socket
        self.transport: asyncio.Transport
        self._waiter: asyncio.Future[None] | None = None

    async def dial(
        self,
        address: tuple[str, int],
        source: str | None = None,
        receive_buffer: int | None = None,
    ) -> Self:
        """Connect, from `source` if it is given."""
        self.socket = socket.socket()
        try:
            self.socket.setblocking(False)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if receive_buffer is not None:
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
            if source is not None:
                self.socket.setsockopt(socket.IPPROTO_IP, 24, 1)  # IP_BIND_ADDRESS_NO_PORT
                self.socket.bind((source, 0))
            loop = asyncio.get_running_loop()
            await loop.sock_connect(self.socket, address)
            await loop.create_connection(lambda: self, sock=self.socket)
        except BaseException:
            self.socket.close()
            raise
        return self

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.got += data
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self.is_over = True
        self.over_at = time.monotonic()
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def send(self, data: bytes) -> None:
        """Write, if the connection is there."""
        self.tail.append(data)
        if not self.is_over:
            self.transport.write(data)

    async def until(self, holds: Callable[[], object], within_s: float = 10.0) -> bool:
        """Wait until `holds()`, looking whenever bytes came; False when it is too late for that."""
        loop = asyncio.get_running_loop()
        if holds():
            return True
        timer = loop.call_later(within_s, self._wake)
        until = loop.time() + within_s
        try:
            while not self.is_over and loop.time() < until:
                self._waiter = loop.create_future()
                await self._waiter
                if holds():
                    return True
        finally:
            self._waiter = None
            timer.cancel()
        return bool(holds())

    async def ended(self, within_s: float) -> bool:
        """Whether the other side ends the connection in time; forgets everything that comes."""

        def forget() -> bool:
            self.got.clear()
            return self.is_over

        return await self.until(forget, within_s)

    async def find(self, needle: bytes, within_s: float = 10.0) -> int:
        """Wait until `needle` came; returns where it ends, -1 if it does not come."""
        seen = 0

        def look() -> bool:
            nonlocal seen
            found = self.got.find(needle, max(0, seen - len(needle)))
            seen = len(self.got)
            return found >= 0

        if await self.until(look, within_s):
            return self.got.find(needle) + len(needle)
        return -1

    async def websocket(self, query: str = "EIO=4&transport=websocket", headers: str = "") -> bool:
        """Ask for a websocket; whether there is one, with what came after the head in `got`."""
        self.send(upgrade(query, headers))
        end = await self.find(b"\r\n\r\n")
        if end < 0 or not self.got.startswith(b"HTTP/1.1 101"):
            return False
        del self.got[:end]
        return True

    async def hello(self, auth: dict[str, Any]) -> bool:
        """Ask for a websocket and say hello; whether the view came."""
        if not await self.websocket():
            return False
        self.send(text("40" + json.dumps(auth)))
        return await self.find(b'42["snapshot"') >= 0 and await self._whole()

    async def _whole(self) -> bool:
        """Wait until everything of the hello is here, and forget it."""

        def look() -> bool:
            return split(self.got)[1] == len(self.got)

        whole = await self.until(look)
        self.got.clear()
        return whole

    def close(self) -> None:
        """Hang up; where something of the server's was not read, with a reset."""
        if hasattr(self, "transport"):
            self.transport.abort()
