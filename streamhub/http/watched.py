"""Watching the addresses of agendas: fetching what changed, taking it or keeping it for a look.

What changed is taken by itself only where the organiser wants that and nobody need be asked:
nothing that is on air changes, the event's agenda is still as the version before left it, and
most of its sessions are still there. `core/watched.py` has what is durable of it,
`hub/lookout.py` what a node remembers.
"""

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator
from typing import Any, Final

import structlog
from aiohttp import web

from streamhub.core.errors import Rejected
from streamhub.core.event import EventState
from streamhub.core.replacing import Difference, ReplaceAgenda, difference
from streamhub.core.roles import authorize
from streamhub.core.rundown import Running
from streamhub.core.said import Said
from streamhub.core.views import View
from streamhub.core.watched import Watch
from streamhub.formats.draft import Choices, Reading
from streamhub.formats.problems import AgendaFileError
from streamhub.formats.source import Source
from streamhub.http import shown
from streamhub.http.api import author_of
from streamhub.http.fetch import Fetched, fetch_if_changed
from streamhub.http.locales import saying
from streamhub.http.render import Say
from streamhub.http.site import SITE
from streamhub.http.understood import columns_of, read_for, version_of
from streamhub.hub import metrics
from streamhub.hub.errands import Declined
from streamhub.hub.hub import SYSTEM_ACTOR, EventHub
from streamhub.hub.lookout import Waiting
from streamhub.hub.secrets import fresh_id
from streamhub.protocol.commands import Wish
from streamhub.tasks import end

routes = web.RouteTableDef()
log = structlog.get_logger(__name__)

TURN: Final = web.AppKey("turn", asyncio.Semaphore)
"""Reading a large file takes a processor for half a second: a node has others to serve."""
LOOK_EVERY_S: Final = 2.0
AT_ONCE: Final = 4
GONE_LEAST: Final = 3
GONE_PART: Final = 1 / 3
"""A version without so many of the sessions is more likely broken than meant."""
ERROR_MOST: Final = 500


@routes.get("/api/v1/events/{event}/agenda/watched")
async def watched(request: web.Request) -> web.StreamResponse:
    """Tell an organiser what is watched, and what waits."""
    hub = _organisers(request)
    return web.json_response(await _told(request, hub), headers={"Cache-Control": "no-store"})


@routes.post("/api/v1/events/{event}/agenda/watched/check")
async def check(request: web.Request) -> web.StreamResponse:
    """Look now, and tell what came of it."""
    hub = _organisers(request)
    if hub.state.watch is not None:
        await look(request.app, hub)
    return web.json_response(await _told(request, hub), headers={"Cache-Control": "no-store"})


def _organisers(request: web.Request) -> EventHub:
    hub = request.app[SITE].hubs.get(request.match_info["event"])
    authorize(author_of(request, hub, View.CONTROL), "agenda.watch")
    return hub


async def _told(request: web.Request, hub: EventHub) -> dict[str, Any]:
    watch, lookout = hub.state.watch, hub.lookout
    if watch is None:
        return {"url": None, "every_min": 15, "by_itself": False}
    told: dict[str, Any] = {
        "url": watch.url,
        "every_min": watch.every_min,
        "by_itself": watch.by_itself,
        "timezone": watch.timezone,
        "date": watch.date,
        "columns": list(watch.columns) or None,
    }
    if lookout.is_of(watch):
        told |= {
            "checked_at": lookout.checked_at,
            "changed_at": lookout.changed_at,
            "error": _short(lookout.error, saying(request)),
        }
        waiting = lookout.waiting
        if waiting is not None and waiting.version != watch.version:
            whole = request.query.get("agenda") != "false"
            async with request.app[TURN]:
                laid_out = await asyncio.to_thread(
                    shown.preview, hub.state, waiting.reading, saying(request), whole=whole
                )
            told["waiting"] = {
                "version": waiting.version,
                "why": waiting.why,
                "since": waiting.since,
                **laid_out,
            }
    return {key: value for key, value in told.items() if value is not None}


def _short(error: str | None, say: Say) -> str | None:
    return None if error is None else " ".join(say(error).split())[:ERROR_MOST]


async def waiting_as(app: web.Application, hub: EventHub, version: str) -> Reading:
    """Return the version that waits, to be confirmed.

    Raises:
        Rejected: `agenda.stale`, where another one is there by now.
    """
    held = hub.lookout.waiting
    if hub.state.watch is not None and (held is None or held.version != version):
        await look(app, hub)  # it may have been seen on another node
        held = hub.lookout.waiting
    if held is None or held.version != version or not hub.lookout.is_of(hub.state.watch):
        raise Rejected(
            "agenda.stale",
            Said("The watched agenda is another than the one that was looked at."),
            Said("Look at what waits now, and confirm that."),
            field="watched",
        )
    return held.reading


async def watching(app: web.Application) -> AsyncIterator[None]:
    """Watch as long as the application runs."""
    task = asyncio.create_task(_watch(app), name="watching")
    yield
    await end([task])


async def _watch(app: web.Application) -> None:
    hubs = app[SITE].hubs
    looks: set[asyncio.Task[None]] = set()
    loop = asyncio.get_running_loop()
    try:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            for hub in hubs:
                due = hub.lookout.is_due(
                    hub.state.watch, loop.time(), alone=not hubs.journal.shared
                )
                ready = hub.is_ready and not hubs.draining and not hub.lookout.looking.locked()
                if due and ready and len(looks) < AT_ONCE:
                    task = asyncio.create_task(_look_quietly(app, hub), name="look at agenda")
                    looks.add(task)
                    task.add_done_callback(looks.discard)
    finally:
        await end(looks)


async def _look_quietly(app: web.Application, hub: EventHub) -> None:
    """Look; a bug in it stops nothing but this look."""
    try:
        await look(app, hub)
    except Exception as error:
        metrics.BUGS.inc()
        log.error("bug", slug=hub.slug, exc_info=error)  # noqa: TRY400 - as everywhere
        if hub.state.watch is not None:
            _note(app, hub, hub.state.watch, "failed", Said("Something went wrong here."))


async def look(app: web.Application, hub: EventHub) -> None:
    """Look at the address that an event watches, once at a time, and deal with what is there."""
    asked = hub.state.watch
    async with hub.lookout.looking:
        watch = hub.state.watch
        if watch is None or asked is None:
            return
        hub.lookout.follow(watch)
        try:
            outcome, error = await _dealt_with(app, hub, watch), None
        except Declined as no:
            outcome, error = "failed", no.said
        except AgendaFileError as broken:
            hub.lookout.waiting = None
            why = broken.problems[0].message
            outcome, error = "failed", Said("The file is no agenda: {why}", why=why)
        if hub.lookout.is_of(hub.state.watch):  # else another address is watched meanwhile
            _note(app, hub, watch, outcome, error)


def _note(
    app: web.Application, hub: EventHub, watch: Watch, outcome: str, error: str | None
) -> None:
    hubs = app[SITE].hubs
    metrics.WATCHES.labels(outcome).inc()
    hub.lookout.looked(watch, hubs.clock.now(), asyncio.get_running_loop().time(), error)
    hubs.relay.tell("watched", hub.lookout.told(hub.slug))


async def _dealt_with(app: web.Application, hub: EventHub, watch: Watch) -> str:
    """Fetch, read, compare, and take it or let it wait; returns what came of it, in one word.

    Raises:
        Declined: it cannot be fetched.
        AgendaFileError: it is no agenda.
    """
    site, lookout = app[SITE], hub.lookout
    seen = Fetched(b"", "", lookout.etag, lookout.modified)
    found = await fetch_if_changed(watch.url, seen, site.may_fetch)
    if found is None:
        return "unchanged" if lookout.waiting is None else "waiting"
    lookout.etag = lookout.modified = None
    choices = Choices(
        timezone=watch.timezone, slug=hub.slug, date=watch.date, columns=columns_of(watch.columns)
    )
    source = Source(found.data, found.name)
    async with app[TURN]:
        reading = await asyncio.to_thread(read_for, source, choices, hub.state.agenda)
    version = version_of(reading) or hashlib.sha256(found.data).hexdigest()[:32]
    lookout.found(version, site.hubs.clock.now())
    outcome = await _compared(app, hub, reading, version)
    lookout.etag, lookout.modified = found.etag, found.modified  # only now it was dealt with
    return outcome


async def _compared(app: web.Application, hub: EventHub, reading: Reading, version: str) -> str:
    state, lookout = hub.state, hub.lookout
    if state.watch is None or version == state.watch.version:
        lookout.waiting = None
        return "unchanged"
    why = "unclear"
    if reading.agenda is not None:
        running = Running(state.agenda, state.rundown)
        async with app[TURN]:
            merged, what = await asyncio.to_thread(difference, running, reading.agenda)
        same = merged == state.agenda
        why = "" if same else _why_not(state, state.watch, what)
        if not why:
            wish = ReplaceAgenda(agenda=reading.agenda, version=version)
            with contextlib.suppress(Rejected):  # it went on air meanwhile: then it waits
                await hub.submit(Wish(fresh_id(), version, wish), SYSTEM_ACTOR)
                lookout.waiting = None
                return "unchanged" if same else "taken"
            why = "live"
    since = app[SITE].hubs.clock.now()
    if lookout.waiting is not None and lookout.waiting.version == version:
        since = lookout.waiting.since
    lookout.waiting = Waiting(version, reading, why, since)
    return "waiting"


def _why_not(state: EventState, watch: Watch, what: Difference) -> str:
    """Say in one word why a version is not taken by itself; nothing where it is."""
    if what.live:
        return "live"
    if GONE_LEAST <= len(what.gone) > GONE_PART * len(state.agenda.sessions):
        return "many_gone"
    if not watch.by_itself:
        return "asked"
    if watch.version is None:
        return "first"
    return "changed_here" if watch.rev != state.agenda_rev else ""
