"""The one typed wrapper round python-socketio and engineio.

What belongs here: how bytes come in and go out, and every touch on the libraries' insides. What a
message means does not (`connections.py`).

Private touch points, all checked by `tests/realtime/test_wire_touch_points.py`, which fails when an
upgrade moves them (minor versions are pinned in pyproject.toml):

- `engineio.async_drivers.aiohttp._async`: its `websocket` class and `translate_request`
- `engineio.AsyncServer._async`, `.sockets`; `AsyncSocket.queue`, `.close`,
  `.closed`, `.upgraded`, `.upgrading`
- `socketio.AsyncServer._handle_eio_message`, `_handle_eio_connect`, `_handle_eio_disconnect`,
  `_handle_connect`, `_handle_event`, `_send_packet`, `environ`

Closed here: permessage-deflate; binary packets; empty, oversized or unknown frames, before any
parser sees them; JSONP; every origin but ours; handlers out of order; queues without bound.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, Protocol, cast

import engineio
import socketio
from aiohttp import WSMsgType, web
from engineio.async_drivers import aiohttp as driver
from engineio.packet import MESSAGE, Packet
from socketio.exceptions import ConnectionRefusedError as Refusal

from streamhub.core.errors import Rejected
from streamhub.hub import metrics
from streamhub.protocol.errors import error_body

FRAME_MOST: Final = 20_000
"""The most characters of one frame from a client: a command of 16 KB and its envelope."""
POST_MOST: Final = 64_000
QUEUE_MOST: Final = 256
"""Packets that may wait for one connection before it is cut."""
HELLO_WITHIN_S: Final = 10
"""A connection that has not said who it is by then is cut."""
PING_EVERY_S: Final = 20
PONG_WITHIN_S: Final = 15

_EIO_KINDS: Final = frozenset("01234567")
_SIO_KINDS: Final = frozenset("0123")
"""connect, disconnect, event, ack: no binary packets, no errors from clients."""

Ack = Callable[[object], Awaitable[None]]


class Handler(Protocol):
    """What the wire tells of. `sid` names a connection for as long as it lives."""

    async def greet(self, sid: str, auth: object, request: web.Request) -> None:
        """Somebody wants in: return, or raise `Rejected`."""
        ...

    async def welcome(self, sid: str) -> None:
        """Somebody is in: the first messages may be sent."""
        ...

    async def hear(self, sid: str, name: str, body: object, ack: Ack | None) -> None:
        """A message came; messages of one connection come one at a time, in order."""
        ...

    async def part(self, sid: str) -> None:
        """A connection that was welcomed is gone."""
        ...

    def nonsense(self, sid: str) -> bool:
        """A connection sent what is no message; tell whether it is to be cut."""
        ...


def _is_frame(data: object) -> bool:
    """Whether a frame is one that the parsers behind may see."""
    if not isinstance(data, str) or not 1 <= len(data) <= FRAME_MOST or data[0] not in _EIO_KINDS:
        return False
    return data[0] != "4" or data[1:2] in _SIO_KINDS


class _WebSocket(driver.WebSocket):  # type: ignore[misc]  # engineio has no types
    """The driver's websocket without compression; frames are checked before they are parsed."""

    async def __call__(self, environ: dict[str, Any]) -> web.WebSocketResponse:
        request = environ["aiohttp.request"]
        self._sock = web.WebSocketResponse(compress=False, max_msg_size=FRAME_MOST * 4)
        await self._sock.prepare(request)
        self.environ = environ
        try:
            await self.handler(self)
        finally:
            # engineio forgets both when its handler is cancelled or fails
            socket = self.handler.__self__
            socket.upgrading = False
            if socket.upgraded and not socket.closed:
                await socket.close(wait=False, abort=True)
        return self._sock

    async def wait(self) -> str:
        """Return the next frame; anything that is none ends the connection."""
        message = await self._sock.receive()
        if message.type is not WSMsgType.TEXT or not _is_frame(message.data):
            if message.type in {WSMsgType.TEXT, WSMsgType.BINARY}:
                metrics.CUTS.labels("nonsense").inc()
            raise OSError("not a frame")
        return cast("str", message.data)


class _Body:
    """A request body that was read and checked already."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    async def read(self, _length: int) -> bytes:
        """Return all of it."""
        return self._body


async def _translate_request(request: web.Request) -> dict[str, Any]:
    environ: dict[str, Any] = driver.translate_request(request)
    if request.method == "POST":
        body = await request.content.read(POST_MOST + 1)
        while body and not request.content.at_eof() and len(body) <= POST_MOST:
            body += await request.content.read(POST_MOST + 1 - len(body))
        frames = body.decode(errors="replace").split("\x1e")
        if len(body) > POST_MOST or not all(_is_frame(frame) for frame in frames):
            metrics.CUTS.labels("nonsense").inc()
            body = b"1"  # a close packet: nonsense ends the connection
        environ["wsgi.input"] = _Body(body)
        environ["CONTENT_LENGTH"] = str(len(body))
    return environ


class _EngineServer(engineio.AsyncServer):  # type: ignore[misc]  # engineio has no types
    _async: dict[str, Any]

    def __init__(self, **options: object) -> None:
        super().__init__(**options)
        self._async = {
            **self._async,
            "websocket": _WebSocket,
            "translate_request": _translate_request,
        }


class _SocketServer(socketio.AsyncServer):  # type: ignore[misc]  # socketio has no types
    """python-socketio with our ear: events go straight to the handler, errors become answers."""

    handler: Handler

    def __init__(self, handler: Handler, origins: list[str]) -> None:
        logger = logging.getLogger("streamhub.wire")
        logger.setLevel(logging.CRITICAL)
        self.handler = handler
        self.greeted: set[str] = set()
        self._hello: dict[str, asyncio.TimerHandle] = {}
        super().__init__(
            async_mode="aiohttp",
            async_handlers=False,
            cors_allowed_origins=origins,
            logger=logger,
            engineio_logger=logger,
            namespaces=["/"],
            ping_interval=PING_EVERY_S,
            ping_timeout=PONG_WITHIN_S,
            max_http_buffer_size=POST_MOST,
            http_compression=False,
        )

    def _engineio_server_class(self) -> type[_EngineServer]:
        return _EngineServer

    async def _handle_eio_connect(self, eio_sid: str, environ: dict[str, Any]) -> None:
        await super()._handle_eio_connect(eio_sid, environ)
        loop = asyncio.get_running_loop()
        self._hello[eio_sid] = loop.call_later(
            HELLO_WITHIN_S, lambda: self.cut_later(eio_sid, "no hello")
        )

    async def _handle_eio_message(self, eio_sid: str, data: object) -> None:
        try:
            if not isinstance(data, str) or data[:1] not in _SIO_KINDS:
                raise ValueError("not a packet")  # noqa: TRY301 - one way out for all nonsense
            if data[0] == "1":
                await self.close(eio_sid)
                return
            await super()._handle_eio_message(eio_sid, data)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
            metrics.CUTS.labels("nonsense").inc()
            self.cut_later(eio_sid, "nonsense")

    async def _handle_eio_disconnect(self, eio_sid: str, reason: str) -> None:
        timer = self._hello.pop(eio_sid, None)
        if timer is not None:
            timer.cancel()
        if eio_sid in self.greeted:
            self.greeted.discard(eio_sid)
            await self.handler.part(eio_sid)
        await super()._handle_eio_disconnect(eio_sid, reason)
        socket = self.eio.sockets.get(eio_sid)
        if socket is not None:
            # wakes a poll that waits, and the writer: engineio leaves both waiting for a timeout
            asyncio.get_running_loop().call_soon(socket.queue.put_nowait, None)

    async def _handle_connect(self, eio_sid: str, namespace: str, data: object) -> None:
        if eio_sid in self.greeted:
            raise ValueError("connected already")
        await super()._handle_connect(eio_sid, namespace, data)
        if eio_sid in self.greeted:
            timer = self._hello.pop(eio_sid, None)
            if timer is not None:
                timer.cancel()
            await self.handler.welcome(eio_sid)

    async def _trigger_event(self, event: str, _namespace: str, *args: Any) -> object:  # noqa: ANN401 - as the library calls it
        """The library's own events; messages of clients take `_handle_event` instead."""
        if event != "connect":
            return None
        sid, environ, auth = args[0], args[1], args[2] if len(args) > 2 else None  # noqa: PLR2004
        eio_sid = self.manager.eio_sid_from_sid(sid, "/")
        try:
            await self.handler.greet(eio_sid, auth, environ["aiohttp.request"])
        except Rejected as rejected:
            raise Refusal(rejected.message, dict(error_body(rejected))) from None
        self.greeted.add(eio_sid)
        return True

    async def _handle_event(
        self, eio_sid: str, namespace: str, message_id: int | None, data: object
    ) -> None:
        if eio_sid not in self.greeted or not isinstance(data, list) or not data:
            raise ValueError("an event is a list that begins with its name")
        name, body = data[0], data[1] if len(data) > 1 else None
        if not isinstance(name, str):
            raise TypeError("an event's name is a string")

        async def ack(answer: object) -> None:
            packet = self.packet_class(
                socketio.packet.ACK, namespace=namespace, id=message_id, data=[answer]
            )
            await self._send_packet(eio_sid, packet)

        await self.handler.hear(eio_sid, name, body, None if message_id is None else ack)

    def cut_later(self, eio_sid: str, reason: str) -> None:
        """Close a connection from outside its own task."""
        metrics.CUTS.labels(reason).inc()
        task = asyncio.ensure_future(self.close(eio_sid))
        _KEPT.add(task)
        task.add_done_callback(_KEPT.discard)

    async def close(self, eio_sid: str) -> None:
        """Close a connection, without waiting for a peer that may never read what is queued."""
        socket = self.eio.sockets.get(eio_sid)
        if socket is not None:
            await socket.close(wait=False)


_KEPT: set["asyncio.Future[None]"] = set()
"""Tasks that nobody awaits; the loop itself keeps only weak references."""


class Wire:
    """Connections as the rest of the house sees them: sent to, cut, counted.

    Args:
        handler: who hears of them.
        origins: which pages may connect; an empty list turns the check off.
    """

    def __init__(self, handler: Handler, origins: list[str]) -> None:
        self._server = _SocketServer(handler, origins)

    def attach(self, app: web.Application) -> None:
        """Serve `/socket.io/` on `app`."""
        app.router.add_get("/socket.io/", self._handle)
        app.router.add_post("/socket.io/", self._handle)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        if "j" in request.query:
            return web.Response(status=400, text="JSONP is not served here; use XHR polling.")
        return cast("web.StreamResponse", await self._server.eio.handle_request(request))

    @staticmethod
    def frame(name: str, encoded: str) -> Packet:
        """Return the one packet of a message, whose body is JSON text already, for any number."""
        return Packet(MESSAGE, data=f'2["{name}",{encoded}]')

    async def send(self, sid: str, frame: Packet) -> None:
        """Send a frame; a connection that does not read is cut."""
        socket = self._server.eio.sockets.get(sid)
        if socket is None or socket.closed:
            return
        if socket.queue.qsize() >= QUEUE_MOST:
            self._server.cut_later(sid, "slow")
            return
        try:
            await socket.send(frame)
        except engineio.exceptions.SocketIsClosedError:
            return

    def cut(self, sid: str, reason: str) -> None:
        """Close a connection."""
        self._server.cut_later(sid, reason)

    @property
    def connections(self) -> Mapping[str, object]:
        """All connections that the library holds, welcomed or not."""
        return cast("Mapping[str, object]", self._server.eio.sockets)

    async def close(self) -> None:
        """Close every connection."""
        for sid in list(self._server.eio.sockets):
            await self._server.close(sid)
        await self._server.shutdown()
