"""The doors of a node: how it listens, and how long a request may take to come.

What belongs here: the listening socket, how many connections are accepted at once, and the end of
requests that are begun and never finished. Live connections have limits of their own
(`realtime/limits.py`); by then they are no requests any more.
"""

import asyncio
import contextlib
import logging
import resource
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

from aiohttp import http_exceptions, web

from streamhub.hub import metrics
from streamhub.tasks import end

ACCEPT: Final = 32
"""Connections accepted between two looks at those who are here already."""
WAITING: Final = 4096
"""Connections that the system holds for us meanwhile (it may have a lower limit of its own)."""
KEEP_ALIVE_S: Final = 75.0
"""How long a connection may be idle after a request: longer than proxies keep theirs."""
LINGER_S: Final = 2.0
"""How long the rest of a body is read, and thrown away, after the answer was given without it."""
UNREAD_MS: Final = 30_000
"""After so long without progress the system ends a connection whose peer does not read."""
UNSENT: Final = 131_072
"""Bytes that the system takes for a peer beyond what is on its way: the rest waits with us."""

_OPTIONS: Final = {
    "TCP_NODELAY": 1,
    "TCP_USER_TIMEOUT": UNREAD_MS,
    "TCP_NOTSENT_LOWAT": UNSENT,
}
"""Set once: accepted sockets have them from the listening one. Linux has all of them."""


class _PeersFaults(logging.Filter):
    """Lets pass what is wrong here, not what a peer sent that is no request, or its leaving."""

    FAULTS = (http_exceptions.HttpProcessingError, web.RequestPayloadError, ConnectionError)

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether a record is worth a line."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, self.FAULTS):
            metrics.CUTS.labels("nonsense").inc()
            return False
        return True


_LOGGER: Final = logging.getLogger("streamhub.http")
_LOGGER.addFilter(_PeersFaults())

Next = Callable[[web.Request], Awaitable[web.StreamResponse]]


def allow_many_files() -> None:
    """Let this process have as many sockets as the system allows it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def bound_socket(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """Return a socket that is bound and does not listen yet.

    Args:
        host: the address.
        port: the port; 0 takes one.
        shared: whether other processes may listen there too, each with its share.

    Raises:
        OSError: the address is taken, or not this machine's.
    """
    (family, kind, protocol, _, address), *_ = socket.getaddrinfo(
        host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )
    bound = socket.socket(family, kind, protocol)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        for name, value in _OPTIONS.items():
            option = getattr(socket, name, None)
            if option is not None:
                bound.setsockopt(socket.IPPROTO_TCP, option, value)
        bound.setblocking(False)
        bound.bind(address)
    except BaseException:
        bound.close()
        raise
    return bound


@web.middleware
async def patience(request: web.Request, handler: Next) -> web.StreamResponse:
    """Wait for a request's body, but not for ever; handlers find it read (not `FILES`)."""
    own = request.path.startswith("/socket.io/") or request.match_info.handler in request.app[FILES]
    if request.body_exists and not own:
        try:
            async with asyncio.timeout(request.app[BODY_S]):
                await request.read()
        except TimeoutError:
            metrics.CUTS.labels("no request").inc()
            raise web.HTTPRequestTimeout from None
    return await handler(request)


BODY_S: Final = web.AppKey("body_s", float)
FILES: Final = web.AppKey("files", frozenset[object])
"""The handlers that take large bodies, and read them once they know from whom."""


class Doors:
    """An application that is being served."""

    def __init__(self, runner: web.AppRunner, sites: list[web.SockSite]) -> None:
        self._runner = runner
        self._sites = sites

    @property
    def server(self) -> web.Server:
        """What makes a protocol for each connection."""
        server = self._runner.server
        if server is None:
            raise RuntimeError("the doors are not open")
        return server

    async def open(self) -> None:
        """Begin to accept."""
        for site in self._sites:
            await site.start()

    async def leave(self) -> None:
        """Accept nobody else at the first of the sockets."""
        await self._sites.pop(0).stop()

    async def close(self) -> None:
        """Accept nobody else; whoever is in may go on."""
        while self._sites:
            await self.leave()

    async def sweep(self, head_s: float) -> None:
        """End connections that have not sent the head of a request within `head_s`."""
        loop = asyncio.get_running_loop()
        since: dict[web.RequestHandler, float] = {}
        while True:
            await asyncio.sleep(min(1.0, head_s / 4))
            now = loop.time()
            silent = [one for one in self.server.connections if _has_said_nothing(one)]
            since = {one: since.get(one, now) for one in silent}
            for one, seen in since.items():
                if now - seen >= head_s:
                    metrics.CUTS.labels("no request").inc()
                    one.force_close()


@contextlib.asynccontextmanager
async def opened(
    app: web.Application, bound: list[socket.socket], head_s: float
) -> AsyncIterator[Doors]:
    """Serve `app` on bound sockets.

    Args:
        app: what answers.
        bound: from `bound_socket`; they are closed at the end.
        head_s: seconds within which the head of a connection's first request must have come.
    """
    app[BODY_S] = head_s
    runner = web.AppRunner(
        app,
        access_log=None,
        shutdown_timeout=3,
        keepalive_timeout=KEEP_ALIVE_S,
        lingering_time=LINGER_S,
        logger=_LOGGER,
    )
    await runner.setup()
    doors = Doors(runner, [web.SockSite(runner, each, backlog=ACCEPT) for each in bound])
    try:
        await doors.open()
        for each in bound:
            each.listen(WAITING)  # asyncio accepts as many at once as it was told to let wait
        sweep = asyncio.create_task(doors.sweep(head_s), name="http doors")
        yield doors
        await end([sweep])
    finally:
        await runner.cleanup()


def _has_said_nothing(handler: web.RequestHandler) -> bool:
    """Whether a connection has no whole request yet.

    `_request_count` is aiohttp's own; `tests/realtime/test_touch_points.py` tells when it moves.
    """
    return bool(handler._request_count == 0)  # noqa: SLF001
