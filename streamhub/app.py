"""The only wiring of a node, in start order, closed in reverse."""

import contextlib
import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from streamhub import __version__
from streamhub.http import cookies
from streamhub.http.render import Renderer, web_root
from streamhub.http.server import make_app
from streamhub.http.site import Site
from streamhub.hub.hubs import Hubs
from streamhub.hub.ports import Clock, SystemClock
from streamhub.hub.secrets import Keyring
from streamhub.journal import Journal
from streamhub.realtime.connections import Realtime
from streamhub.settings import Settings


@dataclass(frozen=True, slots=True)
class Node:
    """A node that serves: where, and its events."""

    url: str
    public_url: str
    hubs: Hubs
    realtime: Realtime


async def open_journal(settings: Settings) -> Journal:
    """Open the journal that the settings name."""
    if settings.journal == "memory":
        from streamhub.journal.memory import MemoryJournal

        return MemoryJournal()
    from streamhub.journal.sqlite import SqliteJournal

    settings.data.mkdir(parents=True, exist_ok=True)
    return await SqliteJournal.open(settings.data / "journal.sqlite")


def keyring(settings: Settings) -> Keyring:
    """Return the node's key: from the data directory, or a passing one."""
    if settings.journal == "memory":
        import secrets

        return Keyring(secrets.token_bytes(32))
    settings.data.mkdir(parents=True, exist_ok=True)
    return Keyring.load(settings.data / "node.key")


@contextlib.asynccontextmanager
async def open_hubs(settings: Settings, clock: Clock | None = None) -> AsyncIterator[Hubs]:
    """The events of a data directory, without a server."""
    journal = await open_journal(settings)
    hubs = Hubs(journal, keyring(settings), clock or SystemClock())
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
        finally:
            await realtime.close()
            await runner.cleanup()


def _reachable(host: str) -> str:
    return "127.0.0.1" if host in {"0.0.0.0", "::", ""} else host  # noqa: S104 - read, not bound


def _free_port(host: str) -> int:
    import socket

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
