"""The only wiring of a node, in start order, closed in reverse."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import structlog
from aiohttp import web

from streamhub import __version__, collector
from streamhub.http import cookies, doors, fetch, guard, office
from streamhub.http.render import Renderer, web_root
from streamhub.http.server import make_app
from streamhub.http.site import Site
from streamhub.http.stream_health import Watcher
from streamhub.hub.errands import Declined
from streamhub.hub.examine import Finding
from streamhub.hub.hubs import Hubs
from streamhub.hub.identities import Identities
from streamhub.hub.operate import DAMAGED, Office
from streamhub.hub.pace import Askers
from streamhub.hub.ports import Clock, SystemClock
from streamhub.hub.secrets import KEY_BYTES, Keyring
from streamhub.hub.vault import FileVault, GivenVault, Vault
from streamhub.journal import Journal
from streamhub.realtime.connections import Realtime
from streamhub.realtime.handover import Handover
from streamhub.relay import Relay
from streamhub.relay.local import LocalRelay
from streamhub.settings import Settings
from streamhub.workers import Worker

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
    """What a node stands on: where facts and the key are kept, and how nodes talk.

    `flaws` examines the journal's engine as a whole.
    """

    journal: Journal
    relay: Relay
    vault: Vault
    flaws: Callable[[], Awaitable[list[Finding]]]


async def open_ground(settings: Settings) -> Ground:
    """Open what the settings name."""
    node = settings.node or secrets.token_hex(4)
    given = None if settings.key is None else bytes.fromhex(settings.key.get_secret_value())
    if settings.redis is not None:
        return await _open_redis(settings, settings.redis, node, given)
    if settings.journal == "memory":
        from streamhub.journal.memory import MemoryJournal

        vault = GivenVault(given or secrets.token_bytes(KEY_BYTES))
        return Ground(MemoryJournal(), LocalRelay(node), vault, _no_flaws)
    from streamhub.journal.sqlite import SqliteJournal
    from streamhub.journal.sqlite_health import flaws_of

    settings.data.mkdir(parents=True, exist_ok=True)
    journal = await SqliteJournal.open(settings.data / "journal.sqlite")
    kept = GivenVault(given) if given else FileVault(settings.data / "node.key")

    async def flaws() -> list[Finding]:
        return [Finding(f"SQLite says: {flaw}", DAMAGED) for flaw in await flaws_of(journal)]

    return Ground(journal, LocalRelay(node), kept, flaws)


async def _no_flaws() -> list[Finding]:
    return []


async def _open_redis(settings: Settings, place: "Place", node: str, given: bytes | None) -> Ground:
    from streamhub.journal.redis_key import RedisVault, shared_key
    from streamhub.journal.redis_streams import RedisJournal
    from streamhub.relay.redis_pubsub import RedisRelay

    journal = await RedisJournal.open(place, settings.redis_prefix)
    vault: Vault = RedisVault(journal.link, settings.redis_prefix)
    if given is not None:
        try:
            vault = GivenVault(await shared_key(journal.link, settings.redis_prefix, given, given))
        except BaseException:
            await journal.close()
            raise
    for warning in journal.link.warnings:
        log.warning("unsafe redis", server=journal.link.shown, flaw=warning)
    if abs(journal.link.skew_ms) > SKEW_MOST_MS:
        log.warning(
            "clock differs from redis", ms=journal.link.skew_ms, hint="look after NTP on both"
        )

    async def flaws() -> list[Finding]:
        """Settings that were accepted: notes."""
        return [Finding(warning, wrong=False) for warning in journal.link.warnings]

    relay = RedisRelay(journal.link, settings.redis_prefix, node)
    return Ground(journal, relay, vault, flaws)


@contextlib.asynccontextmanager
async def open_hubs(settings: Settings, clock: Clock | None = None) -> AsyncIterator[Hubs]:
    """The events of a journal, without a server."""
    async with _open(settings, clock) as (_, hubs):
        yield hubs


@contextlib.asynccontextmanager
async def _open(settings: Settings, clock: Clock | None) -> AsyncIterator[tuple[Ground, Hubs]]:
    ground = await open_ground(settings)
    try:
        keyring = Keyring(await ground.vault.make())
    except BaseException:
        await ground.journal.close()
        raise
    hubs = Hubs(ground.journal, keyring, clock or SystemClock(), ground.relay)
    try:
        await hubs.open()
        yield ground, hubs
    finally:
        await hubs.close()


@contextlib.asynccontextmanager
async def open_office(settings: Settings, *, make: bool = False) -> AsyncIterator[Office]:
    """What an operator needs of a journal, beside nodes or without any: no event is opened.

    Args:
        settings: where it is.
        make: whether to make a data directory and a journal where there is none.

    Raises:
        InUse: where a node holds it; ask that one (`http/errand.py`).
        Declined: where there is none.
    """
    if settings.journal == "memory":
        raise Declined("A journal in memory is its node's alone: there is nothing to open.")
    if settings.redis is None and not make and not (settings.data / "journal.sqlite").exists():
        raise Declined(
            f"There is no journal in {settings.data}.\n"
            "Name its directory with --data, or make an event with `streamhub init FILE`."
        )
    ground = await open_ground(settings)
    # The key is read when something needs it, for a restore may bring it.
    unknown = Keyring(secrets.token_bytes(KEY_BYTES))
    hubs = Hubs(ground.journal, unknown, SystemClock(), ground.relay)
    try:
        await ground.relay.open(_deaf)
        yield Office(hubs, ground.vault, ground.flaws, __version__)
    finally:
        await hubs.close()


def _deaf(node: str, topic: str, message: dict[str, Any]) -> None:
    """Hear nothing of the other nodes."""


@contextlib.asynccontextmanager
async def serve(
    settings: Settings,
    clock: Clock | None = None,
    prepare: Callable[[Hubs], Awaitable[None]] | None = None,
    worker: Worker | None = None,
    beside: Callable[[Hubs], Iterable[web.RouteDef]] | None = None,
) -> AsyncIterator[Node]:
    """Run a node until the context is left.

    Args:
        settings: all of them.
        clock: the machine's own where None.
        prepare: what to do with the events before anybody is served.
        worker: which of several on one port this node is; None where it is alone.
        beside: what is served beside all that every node serves, once events are prepared.
    """
    collector.load()
    async with _open(settings, clock) as (ground, hubs):
        if prepare is not None:
            await prepare(hubs)
        doors.allow_many_files()
        bound = [doors.bound_socket(settings.host, settings.port, shared=worker is not None)]
        port = int(bound[0].getsockname()[1])
        if worker is not None and worker.port is not None:
            bound.append(doors.bound_socket(settings.host, worker.port))
        local = f"http://{settings.local_host}:{port}"
        public_url = settings.public_url or local
        origins = {public_url, local, f"http://localhost:{port}", *settings.origins}
        limits = settings.limits
        askers = Askers(limits.questions_per_s, limits.questions)
        identities = Identities(hubs.keyring, settings.limit_newcomers, settings.newcomer_work)
        site = Site(
            hubs=hubs,
            identities=identities,
            renderer=Renderer(default_locale=settings.locale),
            public_url=public_url,
            origins=frozenset(origins),
            static=web_root() / "static",
            version=__version__,
            behind_proxy=settings.behind_proxy,
            may_fetch=fetch.is_public_or_private if settings.fetch_private else fetch.is_public,
            askers=askers,
        )
        app = make_app(site)
        if beside is not None:
            app.add_routes(beside(hubs))
        handover = Handover() if worker is None else Handover(worker.folder, worker.number)
        realtime = Realtime(
            hubs,
            hubs.clock,
            origins,
            cookie_token=cookies.token_for,
            address_of=guard.address_of,
            limits=limits,
            askers=askers,
            identities=identities,
            handover=handover,
        )
        realtime.attach(app)
        watcher = Watcher(hubs, public_url, private=settings.watch_private_streams)
        async with doors.opened(app, bound, settings.limit_hello_s) as opened:
            realtime.open()
            if settings.watch_streams and (worker is None or worker.number == 1):
                watcher.open()  # one of several on a port is enough: nodes tell one another
            try:
                await handover.open(opened.server)
                async with (
                    collector.serving(lambda: _is_quiet(hubs)),
                    _office(settings, ground, hubs, public_url),
                ):
                    yield Node(local, public_url, hubs, realtime)
                    await _drain(settings, hubs, realtime, opened, worker)
            finally:
                await watcher.close()
                await handover.close()
                await realtime.close()


def _is_quiet(hubs: Hubs) -> bool:
    """Whether no session of any event is on air."""
    return not any(
        clock.live is not None for hub in hubs for clock in hub.state.rundown.clocks.values()
    )


@contextlib.asynccontextmanager
async def _office(
    settings: Settings, ground: Ground, hubs: Hubs, public_url: str
) -> AsyncIterator[None]:
    """Take errands where nobody else can open the journal."""
    if settings.redis is not None or settings.journal == "memory":
        yield
        return
    desk = Office(hubs, ground.vault, ground.flaws, __version__, public_url)
    async with office.serving(desk, settings.data):
        yield


async def _drain(
    settings: Settings,
    hubs: Hubs,
    realtime: Realtime,
    opened: doors.Doors,
    worker: Worker | None,
) -> None:
    """Leave in order: not ready, a moment for the proxy to notice, goodbye, no new connections.

    One of several workers leaves their port first: whoever comes then is the others'. What is in
    flight is finished by those who close next: requests by the runner, commands by the hubs.
    """
    hubs.draining = True
    if worker is not None:
        await opened.leave()
    notice_s = settings.drain_notice_s
    if notice_s is None:
        has_proxy = hubs.journal.shared and settings.redis is not None
        is_seen = worker is None or worker.port is not None
        notice_s = DRAIN_NOTICE_S if has_proxy and is_seen else 0
    await asyncio.sleep(notice_s)
    await realtime.drain(settings.drain_s)
    await opened.close()
