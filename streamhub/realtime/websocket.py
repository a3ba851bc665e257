"""A websocket without a task: a transport, this protocol, and aiohttp's frame reader.

What belongs here: the handshake (RFC 6455), frames in and out, and the bytes that wait. What the
frames say is `wire.py`'s.

Private touch points, checked by `tests/realtime/test_touch_points.py`:

- `aiohttp._websocket.reader`: `WebSocketReader(queue, max_msg_size, compress, decode_text)` and its
  `feed_data`; `WebSocketDataQueue(protocol, limit, loop=)`, whose `read()` never waits while
  `_buffer` holds something, and which calls the protocol's `pause_reading` and `resume_reading`,
  looking at `_reading_paused`

permessage-deflate is never agreed to (it costs several times the memory of everything else), and
binary messages end the connection.
"""

import asyncio
import base64
import binascii
import hashlib
from collections import deque
from typing import Final, cast

from aiohttp import WSMessage, WSMsgType, web
from aiohttp._websocket.reader import WebSocketDataQueue, WebSocketReader

from streamhub.realtime.line import CLOSE, NOBODY, PONG, Frame, Line, Owner, websocket_frame
from streamhub.realtime.takeover import take

GUID: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
KEY_BYTES: Final = 16
INBOX_BYTES: Final = 16_384
"""Bytes of messages that may wait to be heard before reading stops (aiohttp doubles it)."""
PIECE: Final = 65_536
"""A large frame goes to the transport in pieces, so that slow readers share its bytes."""
CHUNK: Final = 8_192
"""Bytes that are read of one peer before others have their turn."""
MASK_BYTES: Final = 4
_WIDTHS: Final = {126: 2, 127: 8}
"""Bytes of a length that does not fit into seven bits."""
PIECES_MOST: Final = 64
"""Frames that may come one after another without making a message."""
NORMAL: Final = 1000
PROTOCOL_ERROR: Final = 1002
GOING_AWAY_S: Final = 1.0


_read_into: Final = memoryview(bytearray(CHUNK))
"""What all of them read into: it is emptied before the next one reads."""


class HandshakeError(ValueError):
    """A request that asks for no websocket that is served here."""


def accept_key(request: web.Request) -> str:
    """Check the head of a websocket request; return what proves that it was understood.

    Raises:
        HandshakeError: what is wrong, in words.
    """
    headers = request.headers
    upgrades = headers.get("Connection", "").lower().replace(" ", "").split(",")
    if headers.get("Upgrade", "").lower() != "websocket" or "upgrade" not in upgrades:
        raise HandshakeError("The request does not ask for a websocket.")
    if headers.get("Sec-WebSocket-Version") != "13":
        raise HandshakeError("Only version 13 of the websocket protocol is served.")
    key = headers.get("Sec-WebSocket-Key", "")
    try:
        is_key = len(base64.b64decode(key, validate=True)) == KEY_BYTES
    except (binascii.Error, ValueError):
        is_key = False
    if not is_key:
        raise HandshakeError("Sec-WebSocket-Key is not 16 bytes in base64.")
    return base64.b64encode(hashlib.sha1(key.encode() + GUID).digest()).decode()  # noqa: S324 - RFC


class _Masks:
    """Sees to it that every frame of a client is masked (RFC 6455, section 5.1).

    aiohttp's reader takes others too. This walks from one head to the next, and looks at nothing
    else.

    Attributes:
        frames: how many it has seen since somebody set this to 0.
    """

    __slots__ = ("_begun", "_left", "frames")

    def __init__(self) -> None:
        self.frames = 0
        self._begun = b""
        self._left = 0

    def holds(self, data: bytes) -> bool:
        """Tell whether all frames that begin in `data` are masked."""
        data, at = self._begun + data, self._left
        size = len(data)
        while at + 2 <= size:
            length = data[at + 1]
            if not length & 0x80:
                return False
            length &= 0x7F
            wide = _WIDTHS.get(length, 0)
            if at + 2 + wide > size:
                break
            if wide:
                length = int.from_bytes(data[at + 2 : at + 2 + wide], "big")
            at += 2 + wide + MASK_BYTES + length
            self.frames += 1
        self._begun, self._left = data[at:], max(0, at - size)
        return True


class WebSocket(Line, asyncio.BufferedProtocol):
    """One websocket, taken over from aiohttp.

    Args:
        owner: who is told.
        most: the largest message of the peer, in bytes.
    """

    __slots__ = (
        "_corked",
        "_is_held_back",
        "_is_over",
        "_masks",
        "_queue",
        "_reader",
        "_reading_paused",
        "_rest",
        "_transport",
    )

    def __init__(self, owner: Owner, most: int) -> None:
        super().__init__(owner)
        loop = asyncio.get_running_loop()
        self._queue = WebSocketDataQueue(self, INBOX_BYTES, loop=loop)  # type: ignore[arg-type]
        self._reader = WebSocketReader(self._queue, most, compress=False, decode_text=True)
        self._masks = _Masks()
        self._reading_paused = False
        self._is_held_back = False
        self._rest: deque[memoryview] | None = None
        self._corked: list[bytes] | None = None
        self._is_over = False
        self._transport: asyncio.Transport

    def open(self, request: web.Request, first: Frame | None = None) -> bytes:
        """Take over the connection of `request`, answer its handshake, and send a first frame.

        Returns:
            What came after the request, for `receive`.

        Raises:
            HandshakeError: it asks for no websocket that is served here.
            ConnectionResetError: the peer has left.
        """
        key = accept_key(request)
        transport, tail = take(request, self)
        self._transport = transport
        self.fd = transport.get_extra_info("socket").fileno()
        transport.set_write_buffer_limits(high=0)  # full: something waits; drained: nothing does
        transport.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Accept: "
            + (key.encode() + b"\r\n\r\n" + (b"" if first is None else first.data))
        )
        return tail

    # --- from the peer --------------------------------------------------------------------------

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002 - asyncio's to give
        """Return where to put what comes."""
        return _read_into

    def buffer_updated(self, nbytes: int) -> None:
        """Take what came."""
        self.receive(bytes(_read_into[:nbytes]))

    def receive(self, data: bytes) -> None:
        """Read frames; the owner fetches them with `next`."""
        if self._is_over:
            return
        if not self._masks.holds(data):
            self.owner.nonsense("nonsense")
            return
        self._reader.feed_data(data)
        if self._queue._buffer or self._queue.exception():  # noqa: SLF001 - see above
            self._masks.frames = 0
        elif self._masks.frames > PIECES_MOST:
            self.owner.nonsense("flood")
        self.owner.heard()

    def next(self) -> str | None:
        """Return the next text message, "" for a ping or pong of the websocket, None for none."""
        while not self._is_over and self._queue._buffer:  # noqa: SLF001 - see above
            message = _read(self._queue)
            match message.type:
                case WSMsgType.TEXT if message.data:
                    return cast("str", message.data)
                case WSMsgType.PING:
                    if not self.is_full:
                        self._write(websocket_frame(PONG, cast("bytes", message.data)))
                    return ""
                case WSMsgType.PONG:
                    return ""
                case WSMsgType.CLOSE:
                    self.close()
                case _:
                    self.owner.nonsense("nonsense")
        if self._is_over:
            return None
        if self._queue.exception() is not None:
            self.owner.nonsense("nonsense")
        elif self._is_held_back:
            self._is_held_back = False
            self._read_on()
        return None

    def hold_back(self) -> None:
        """Read nothing until all that came has been heard."""
        if not self._is_held_back:
            self._is_held_back = True
            self._transport.pause_reading()

    def _read_on(self) -> None:
        if not self._is_held_back and not self._reading_paused and not self._transport.is_closing():
            self._transport.resume_reading()

    def pause_reading(self) -> None:
        """Stop reading: more than enough waits to be heard."""
        self._reading_paused = True
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Read on."""
        self._reading_paused = False
        self._read_on()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the owner."""
        del exc
        self._is_over = True
        self._rest = None
        self.owner.lost()
        self.owner = NOBODY  # a cycle would stay until the collector comes
        del self._queue, self._reader

    # --- to the peer ----------------------------------------------------------------------------

    def send(self, frame: Frame) -> None:
        """Send a frame, behind whatever waits already."""
        self._write(frame.data)

    def cork(self) -> None:
        """Hold back what is sent until `uncork`, so that it goes out together."""
        self._corked = []

    def uncork(self) -> None:
        """Send what was held back; a large frame stays one, for its bytes are shared."""
        corked, self._corked = self._corked or [], None
        if sum(map(len, corked)) <= PIECE:
            corked = [b"".join(corked)]
        for data in corked:
            self._write(data)

    def send_rest(self, data: bytes) -> None:
        """Send what a direct write left over."""
        self._write(data)

    def _write(self, data: bytes) -> None:
        if self._transport.is_closing():
            return
        if self._corked is not None:
            self._corked.append(data)
        elif self._rest is not None:
            self._rest.append(memoryview(data))
        elif len(data) <= PIECE:
            self._transport.write(data)
        else:
            self._rest = deque((memoryview(data),))
            self._write_pieces()

    def _write_pieces(self) -> None:
        """Hand on what waits, until the transport has something that the peer has not read."""
        while self._rest and not self._transport.get_write_buffer_size():
            first = self._rest.popleft()
            if len(first) > PIECE:
                self._rest.appendleft(first[PIECE:])
            self._transport.write(first[:PIECE])
        if not self._rest:
            self._rest = None

    def pause_writing(self) -> None:
        """Be full: the transport holds what the peer has not read."""
        if not self.is_full:
            self.is_full = True
            self.owner.filled()

    def resume_writing(self) -> None:
        """Go on with what waits; be empty once all of it has gone."""
        if self._rest is not None:
            self._write_pieces()
        if self._rest is None and not self._transport.get_write_buffer_size():
            self.is_full = False
            if not self._is_over and not self._transport.is_closing():
                self.owner.drained()

    @property
    def unsent(self) -> int:
        """Bytes that wait for the peer to read."""
        held = self._transport.get_write_buffer_size()
        return held if self._rest is None else held + sum(map(len, self._rest))

    # --- the end --------------------------------------------------------------------------------

    def close(self, code: int = NORMAL) -> None:
        """Say goodbye, and end the connection; whoever does not read is cut a second later."""
        if self._is_over or self._transport.is_closing():
            return
        self._is_over = True
        self._transport.write(websocket_frame(CLOSE, code.to_bytes(2, "big")))
        self._transport.close()
        if self._transport.get_write_buffer_size():
            asyncio.get_running_loop().call_later(GOING_AWAY_S, self.abort)

    def abort(self) -> None:
        """End the connection at once."""
        self._is_over = True
        if self.owner is not NOBODY:  # asyncio ends a connection twice if it is asked to
            self._transport.abort()


def _read(queue: WebSocketDataQueue) -> WSMessage:
    """Return what is in the queue already, without a task."""
    try:
        queue.read().send(None)
    except StopIteration as done:
        return cast("WSMessage", done.value)
    raise AssertionError("the queue waits while it holds a message")
