"""Hand a connection over to another worker: a polling session lives in one of them.

Workers share a port, and the kernel gives each connection to any of them. So session ids begin with
the number of the worker that made them, and whoever gets a request of another's session passes the
whole connection on: the socket itself (SCM_RIGHTS), with the request as it was read, through a Unix
socket in a directory that only the workers' user can open. The other one serves it as if it had
accepted it, and keeps it: the client's next requests come straight to it. Who asks stays right, for
it is the same socket.

What travels: four bytes of length, then the request as bytes and whatever came behind it; the
socket goes with the first of them. Everything is bounded: how much, how many at once, for how long.

Private touch point, checked by `tests/realtime/test_handover.py`: `web.RequestHandler._messages`,
the requests that a client sent without waiting for an answer.
"""

import asyncio
import contextlib
import re
import socket
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, Final, cast

from aiohttp import web

from streamhub.realtime.limits import POST_MOST
from streamhub.realtime.takeover import TAKEN, take
from streamhub.tasks import end

BODY_S: Final = 10.0
"""How long a body may take to come, before anything else begins."""
WITHIN_S: Final = 5.0
"""How long one handover may take."""
AGAIN_S: Final = 0.1
AT_ONCE: Final = 64
"""Handovers in flight, from a worker and to it."""
HEAD_MOST: Final = 65_536
BYTES_MOST: Final = HEAD_MOST + 2 * POST_MOST
"""What may go with a connection: the head, a body, and what came behind it."""
LENGTH: Final = 4
CHUNK: Final = 65_536
BACKLOG: Final = 1024

_OWNER: Final = re.compile(r"([1-9][0-9]{0,3})_")
_MADE_ANEW: Final = frozenset(
    (b"content-length", b"transfer-encoding", b"content-encoding", b"expect", b"trailer")
)
"""Headers that tell how a body comes: it goes on as what it was found to be, in one piece."""


class Handover:
    """The way of connections between the workers of a team.

    Args:
        folder: where each worker listens, a directory for their user alone; None without a team.
        number: which worker this is, from 1.
    """

    def __init__(self, folder: Path | None = None, number: int = 0) -> None:
        self._is_alone = folder is None
        self._folder = folder or Path()
        self._number = number
        self.prefix = "" if self._is_alone else f"{number}_"
        self._giving = asyncio.Semaphore(AT_ONCE)
        self._taking = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self._socket: socket.socket | None = None

    def owner(self, sid: str) -> int | None:
        """Return the other worker that a session id is of; None where it is none's but ours."""
        found = None if self._is_alone else _OWNER.match(sid)
        if found is None or int(found[1]) == self._number:
            return None
        return int(found[1])

    # --- giving ---------------------------------------------------------------------------------

    async def give(self, request: web.Request, owner: int) -> web.StreamResponse:
        """Hand the connection of `request` over to worker `owner`, who answers.

        Where that one is gone, the client is told what Engine.IO's servers tell of a session that
        they do not know, and begins anew.
        """
        try:
            async with asyncio.timeout(BODY_S):
                body = await _body_of(request)
        except TimeoutError:
            return _refusal(3, "The body did not come in time.", 408)
        except ConnectionError:
            return TAKEN  # it has left: nobody waits for an answer
        except web.RequestPayloadError:
            return _refusal(3, "The body is not well formed.")
        # requests that came behind it could not go along, for they are parsed; no client does so
        ahead = cast("Any", request.protocol)._messages  # noqa: SLF001 - see above
        if body is None or ahead:
            return _refusal(3, "One request at a time, and not so long.", 413)
        data = _head_of(request, body) + body
        link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        link.setblocking(False)
        with link:
            try:
                async with asyncio.timeout(WITHIN_S), self._giving:
                    await asyncio.get_running_loop().sock_connect(
                        link, str(self._folder / str(owner))
                    )
                    await _send(link, request, data)
            except (OSError, TimeoutError):
                if request.transport is not None:
                    return _refusal(1, "Session ID unknown")
        return TAKEN

    # --- taking ---------------------------------------------------------------------------------

    async def open(self, server: web.Server) -> None:
        """Take what others hand over; `server` serves it."""
        if self._is_alone:
            return
        path = self._folder / str(self._number)
        path.unlink(missing_ok=True)  # of one who had this number and was killed
        made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            made.bind(str(path))
            made.listen(BACKLOG)
            made.setblocking(False)
        except BaseException:
            made.close()
            raise
        self._socket = made
        self._spawn(self._listen(made, server), "handover listen")

    async def close(self) -> None:
        """Take nothing any more."""
        await end(self._tasks)
        if self._socket is not None:
            self._socket.close()
            self._socket = None
            (self._folder / str(self._number)).unlink(missing_ok=True)

    def _spawn(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _listen(self, made: socket.socket, server: web.Server) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._taking.acquire()
            try:
                link, _ = await loop.sock_accept(made)
            except OSError:  # no file descriptor is left, say
                self._taking.release()
                await asyncio.sleep(AGAIN_S)
                continue
            task = self._spawn(_adopt(link, server), "handover adopt")
            task.add_done_callback(lambda _: self._taking.release())


async def _send(link: socket.socket, request: web.Request, data: bytes) -> None:
    """Send the connection with `data` and what came behind it, and let go of it here."""
    transport, tail = take(request, _Gone())
    try:
        transport.pause_reading()  # what comes from now on is for the other one
        data += tail
        if transport.get_write_buffer_size() or len(data) > BYTES_MOST:
            return  # it asks before it has read the last answer, or asks too much: it is cut
        data = len(data).to_bytes(LENGTH, "big") + data
        handle = transport.get_extra_info("socket").fileno()
        sent = socket.send_fds(link, [data[:CHUNK]], [handle])
        await asyncio.get_running_loop().sock_sendall(link, data[sent:])
    finally:
        transport.abort()  # the other one holds it too: only our hands are taken off


async def _adopt(link: socket.socket, server: web.Server) -> None:
    """Serve the connection that comes through `link`; whoever gives it may die meanwhile."""
    loop = asyncio.get_running_loop()
    with link, contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(WITHIN_S):
            data, given = await _first(link)
            if given is None:
                return
            with contextlib.ExitStack() as held:
                held.callback(given.close)
                size = LENGTH + int.from_bytes(data[:LENGTH], "big")
                while len(data) < min(size, LENGTH + BYTES_MOST):
                    more = await loop.sock_recv(link, CHUNK)
                    if not more:
                        return
                    data += more
                if len(data) != size:
                    return
                held.pop_all()  # from here on it is the transport's
            await loop.connect_accepted_socket(lambda: _Adopted(server, data[LENGTH:]), given)


async def _first(link: socket.socket) -> tuple[bytes, socket.socket | None]:
    """Return the first bytes, and the socket that came with them."""
    loop = asyncio.get_running_loop()
    while True:
        try:
            data, handles, _, _ = socket.recv_fds(link, CHUNK, 1, socket.MSG_CMSG_CLOEXEC)
        except BlockingIOError:
            is_there = asyncio.Event()
            loop.add_reader(link.fileno(), is_there.set)
            try:
                await is_there.wait()
            finally:
                loop.remove_reader(link.fileno())
        else:
            return data, socket.socket(fileno=handles[0]) if handles else None


class _Adopted(asyncio.Protocol):
    """Begins a connection with bytes that were read before: aiohttp's handler goes on with it."""

    def __init__(self, server: web.Server, data: bytes) -> None:
        self._server = server
        self._data = data

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Step aside; this comes before the transport reads anything."""
        handler = self._server()
        cast("asyncio.Transport", transport).set_protocol(handler)
        handler.connection_made(transport)
        # soon, but still before anything is read: until then it could not hold the peer back
        asyncio.get_running_loop().call_soon(handler.data_received, self._data)


class _Gone(asyncio.Protocol):
    """Whom a connection belongs to that is on its way: nothing happens to it here any more."""


async def _body_of(request: web.Request) -> bytes | None:
    """Return the whole body of a request; None where it is too large."""
    content, body = request.content, b""
    while len(body) <= POST_MOST and not content.at_eof():
        body += await content.read(POST_MOST + 1 - len(body))
    return body if len(body) <= POST_MOST else None


def _head_of(request: web.Request, body: bytes) -> bytes:
    """Return the head of a request as it came, but for how its body comes."""
    version = request.version
    line = f"{request.method} {request.raw_path} HTTP/{version.major}.{version.minor}"
    lines = [line.encode("utf-8", "surrogateescape")]
    for name, value in request.raw_headers:
        if name.lower() not in _MADE_ANEW:
            lines.append(name + b": " + value)
    if body or request.method != "GET":
        lines.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join((*lines, b"", b""))


def _refusal(code: int, message: str, status: int = 400) -> web.Response:
    return web.json_response({"code": code, "message": message}, status=status)
