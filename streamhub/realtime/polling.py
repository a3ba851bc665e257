"""Long-polling: packets that wait for the next request, where a network blocks websockets.

What belongs here: the two requests of a polling client (Engine.IO v4: GET fetches packets, POST
brings some) and what waits in between, bounded. Who asks is `wire.py`'s.
"""

import asyncio
from collections import deque
from typing import Final

from aiohttp import web

from streamhub.realtime.limits import POST_MOST
from streamhub.realtime.line import Frame, Line, Owner

SEPARATOR: Final = "\x1e"
CLOSE: Final = "1"
NOOP: Final = "6"
PACKETS_MOST: Final = 12
"""Packets that wait before the line is full; some clients refuse more than 16 at once."""
BYTES_MOST: Final = 65_536


class OverlapError(ValueError):
    """A client that has two of the same request at once: it is not one that speaks the protocol."""


class Polling(Line):
    """The line of a polling client."""

    __slots__ = ("_idle", "_inbox", "_is_over", "_packets", "_poll", "_unsent", "paused")

    def __init__(self, owner: Owner) -> None:
        super().__init__(owner)
        self.paused = False
        self._packets: list[str] = []
        self._unsent = 0
        self._inbox: deque[str] = deque()
        self._idle: asyncio.Future[None] | None = None
        self._poll: asyncio.Future[None] | None = None
        self._is_over = False

    # --- from the peer --------------------------------------------------------------------------

    async def take(self, body: bytes) -> None:
        """Hear the packets of a POST; return when all are heard.

        Raises:
            OverlapError: the one before is not heard yet.
            ValueError: it is not text.
        """
        if self._inbox or len(body) > POST_MOST:
            raise OverlapError
        self._inbox.extend(body.decode().split(SEPARATOR))
        self.owner.heard()
        if self._inbox and not self._is_over:
            self._idle = asyncio.get_running_loop().create_future()
            await self._idle

    def next(self) -> str | None:
        """Return the next packet."""
        if self._is_over or not self._inbox:
            return None
        packet = self._inbox.popleft()
        if not self._inbox and self._idle is not None:
            self._idle.set_result(None)
            self._idle = None
        if not packet:
            self.owner.nonsense("nonsense")
        return packet

    # --- to the peer ----------------------------------------------------------------------------

    async def fetch(self) -> web.StreamResponse:
        """Answer a GET: with what waits, or as soon as something does.

        Raises:
            OverlapError: another GET waits already.
        """
        if self._poll is not None:
            raise OverlapError
        if not self._packets and not self.paused and not self._is_over:
            self._poll = asyncio.get_running_loop().create_future()
            try:
                await self._poll
            finally:
                self._poll = None
        packets = [NOOP] if self.paused and not self._is_over else self._drain()
        if self.is_full and not self._packets and not self._is_over:
            self.is_full = False
            self.owner.drained()
        return answer(SEPARATOR.join(packets))

    def _drain(self) -> list[str]:
        packets, self._packets, self._unsent = self._packets, [], 0
        return packets or [CLOSE if self._is_over else NOOP]

    def _wake(self) -> None:
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)

    def send(self, frame: Frame) -> None:
        """Keep a packet for the next request."""
        if self._is_over:
            return
        self._packets.append(frame.text)
        self._unsent += len(frame.data)
        self._wake()
        if not self.is_full and (len(self._packets) >= PACKETS_MOST or self._unsent >= BYTES_MOST):
            self.is_full = True
            self.owner.filled()

    @property
    def unsent(self) -> int:
        """Bytes that wait for the next request."""
        return self._unsent

    def hold(self) -> None:
        """Let the waiting request go: a websocket is about to take over."""
        self.paused = True
        self._wake()

    def go_on(self) -> None:
        """Serve requests again: the websocket did not come about."""
        self.paused = False

    def yield_packets(self) -> list[str]:
        """End here, and return what waited."""
        packets, self._packets = self._packets, []
        self._is_over = True
        self._wake()
        self._end_requests()
        return packets

    # --- the end --------------------------------------------------------------------------------

    def close(self) -> None:
        """End the line; a request that waits gets what there is and a close packet."""
        if self._is_over:
            return
        self._packets.append(CLOSE)
        self._is_over = True
        self._wake()
        self._end_requests()
        self.owner.lost()

    def _end_requests(self) -> None:
        self._inbox.clear()
        if self._idle is not None:
            self._idle.set_result(None)
            self._idle = None

    def abort(self) -> None:
        """End the line; a response that nobody reads ends with its connection (`http/doors.py`)."""
        self.close()


def answer(text: str) -> web.Response:
    """Return a response of the polling transport."""
    return web.Response(text=text, content_type="text/plain", charset="UTF-8")
