"""The only wiring of a node, in start order, closed in reverse."""

import asyncio
import contextlib
import gc
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import structlog
from aiohttp import web

from streamhub import __version__
from streamhub.http import cookies
from streamhub.http.render import Renderer, web_root
from streamhub.http.server import make_app
from streamhub.http.site import Site
from streamhub.hub.hubs import Hubs
from streamhub.hub.ports import Clock, SystemClock
from streamhub.hub.secrets import KEY_BYTES, Keyring
from streamhub.journal import Journal
from streamhub.realtime.connections import Realtime
from streamhub.relay import Relay
from streamhub.relay.local import LocalRelay
from streamhub.settings import Settings

if TYPE_CHECKING:
    from streamhub.redis_link import Place

log = structlog.get_logger(__name__)

DRAIN_NOTICE_S: Final = 1.5
"""With a health check every half second, a proxy has noticed by then."""
SKEW_MOST_MS: Final = 500
"""A clock further from Redis's than this is worth a warning: the event's time is the nodes'."""


@dataclass(frozen=True, slots=True)
class Node:
    """A node that serves: where, and its events."""

    url: str
    public_url: str
    hubs: Hubs
    realtime: Realtime


@dataclass(frozen=True, slots=True)
class Ground:
    """What a node stands on: where facts are kept, how nodes talk, the key of their tokens."""

    journal: Journal
    relay: Relay
    keyring: Keyring


async def open_ground(settings: Settings) -> Ground:
    """Open what the settings name."""
    node = settings.node or secrets.token_hex(4)
    given = None if settings.key is None else bytes.fromhex(settings.key.get_secret_value())
    if settings.redis is not None:
        return await _open_redis(settings, settings.redis, node, given)
    if settings.journal == "memory":
        from streamhub.journal.memory import MemoryJournal

        keyring = Keyring(given or secrets.token_bytes(KEY_BYTES))
        return Ground(MemoryJournal(), LocalRelay(node), keyring)
    from streamhub.journal.sqlite import SqliteJournal

    settings.data.mkdir(parents=True, exist_ok=True)
    journal = await SqliteJournal.open(settings.data / "journal.sqlite")
    keyring = Keyring(given) if given else Keyring.load(settings.data / "node.key")
    return Ground(journal, LocalRelay(node), keyring)


async def _open_redis(settings: Settings, place: "Place", node: str, given: bytes | None) -> Ground:
    from streamhub.journal.redis_key import shared_key
    from streamhub.journal.redis_streams import RedisJournal
    from streamhub.relay.redis_pubsub import RedisRelay

    journal = await RedisJournal.open(place, settings.redis_prefix)
    try:
        fresh = secrets.token_bytes(KEY_BYTES)
        key = await shared_key(journal.link, settings.redis_prefix, fresh, given)
    except BaseException:
        await journal.close()
        raise
    for warning in journal.link.warnings:
        log.warning("unsafe redis", server=journal.link.shown, flaw=warning)
    if abs(journal.link.skew_ms) > SKEW_MOST_MS:
        log.warning(
            "clock differs from redis", ms=journal.link.skew_ms, hint="look after NTP on both"
        )
    return Ground(journal, RedisRelay(journal.link, settings.redis_prefix, node), Keyring(key))


@contextlib.asynccontextmanager
async def open_hubs(settings: Settings, clock: Clock | None = None) -> AsyncIterator[Hubs]:
    """The events of a journal, without a server."""
    ground = await open_ground(settings)
    hubs = Hubs(ground.journal, ground.keyring, clock or SystemClock(), ground.relay)
    try:
        await hubs.open()
        yield hubs
    finally:
        await hubs.close()


@contextlib.asynccontextmanager
async def serve(
    settings: Settings,
    clock: Clock | None = None,
    prepare: Callable[[Hubs], Awaitable[None]] | None = None,
) -> AsyncIterator[Node]:
    """Run a node until the context is left.

    Args:
        settings: all of them.
        clock: the machine's own where None.
        prepare: what to do with the events before anybody is served.
    """
    async with open_hubs(settings, clock) as hubs:
        if prepare is not None:
            await prepare(hubs)
        port = settings.port or _free_port(settings.host)
        local = f"http://{_reachable(settings.host)}:{port}"
        public_url = settings.public_url or local
        origins = {public_url, local, f"http://localhost:{port}", *settings.origins}
        site = Site(
            hubs=hubs,
            renderer=Renderer(default_locale=settings.locale),
            public_url=public_url,
            origins=frozenset(origins),
            static=web_root() / "static",
            version=__version__,
        )
        app = make_app(site)
        realtime = Realtime(hubs, hubs.clock, sorted(origins), cookies.token_for)
        realtime.attach(app)
        realtime.open()
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=3)
        await runner.setup()
        listener = web.TCPSite(runner, settings.host, port, backlog=1024, reuse_address=True)
        try:
            await listener.start()
            gc.freeze()
            gc.set_threshold(50_000, 50, 1000)
            yield Node(local, public_url, hubs, realtime)
            await _drain(settings, hubs, realtime, listener)
        finally:
            await realtime.close()
            await runner.cleanup()


async def _drain(settings: Settings, hubs: Hubs, realtime: Realtime, listener: web.TCPSite) -> None:
    """Leave in order: not ready, a moment for the proxy to notice, goodbye, no new connections.

    What is in flight is finished by those who close next: requests by the runner, commands by the
    hubs.
    """
    hubs.draining = True
    notice_s = settings.drain_notice_s
    if notice_s is None:
        notice_s = DRAIN_NOTICE_S if hubs.journal.shared and settings.redis is not None else 0
    await asyncio.sleep(notice_s)
    await realtime.drain(settings.drain_s)
    await listener.stop()


def _reachable(host: str) -> str:
    return "127.0.0.1" if host in {"0.0.0.0", "::", ""} else host  # noqa: S104 - read, not bound


def _free_port(host: str) -> int:
    import socket

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
