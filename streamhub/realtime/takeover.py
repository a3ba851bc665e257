"""Take a connection out of aiohttp's hands, after the head of a request.

What belongs here: the only touch on aiohttp's connection handling. A websocket that aiohttp serves
keeps a task, a request, a parser and a response for as long as it lives; taken over, it keeps a
transport and one protocol of ours (`websocket.py`), or goes to another process (`handover.py`).

Private touch points, checked by `tests/realtime/test_touch_points.py`, which fails when an upgrade
moves them (aiohttp's minor version is pinned in pyproject.toml):

- `web.RequestHandler._message_tail`: what came after the head of an upgrade request
- `RequestHandler.connection_lost(None)` with `.transport` None: it lets go, and closes nothing
- `StreamResponse.prepare`, `.write_eof`: called last, and allowed to do nothing
"""

import asyncio
from typing import Any, Final, cast

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.web_request import BaseRequest


class _Taken(web.StreamResponse):
    async def prepare(self, request: BaseRequest) -> AbstractStreamWriter | None:  # noqa: ARG002
        """Write nothing."""
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        """Write nothing."""


TAKEN: Final = _Taken()
"""What a handler returns for a connection that is not aiohttp's any more."""


def take(request: web.Request, protocol: asyncio.BaseProtocol) -> tuple[asyncio.Transport, bytes]:
    """Give the connection of `request` to `protocol`; aiohttp believes that it was lost.

    The caller calls `protocol.connection_made`, and returns `TAKEN` from its handler.

    Returns:
        The transport, and the bytes that came after the head of the request.

    Raises:
        ConnectionResetError: the peer has left already.
    """
    handler = cast("Any", request.protocol)
    transport: asyncio.Transport | None = handler.transport
    if transport is None or transport.is_closing():
        raise ConnectionResetError("the peer has left")
    tail: bytes = handler._message_tail  # noqa: SLF001 - see above
    transport.set_protocol(protocol)
    handler.transport = None
    handler.connection_lost(None)
    # as a new connection: no request body holds it back any more
    if not transport.is_reading():
        transport.resume_reading()
    return transport, tail
