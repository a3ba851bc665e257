"""Agendas that organisers hand in: shown as they were understood, then put in the event's place.

Both take a file as the body (or `?url=`), and the organiser's choices as parameters. Nothing is
kept between the two: who confirms sends the same file again.
"""

import asyncio
import hashlib
from typing import Final

from aiohttp import web

from streamhub.core.errors import Rejected
from streamhub.core.event import EventState
from streamhub.core.replacing import ReplaceAgenda
from streamhub.core.roles import Actor, authorize
from streamhub.core.said import Said
from streamhub.core.views import View
from streamhub.formats import limits, own
from streamhub.formats.draft import Choices, Reading
from streamhub.formats.problems import AgendaFileError
from streamhub.formats.source import Source
from streamhub.http import shown
from streamhub.http.api import author_of
from streamhub.http.fetch import fetch
from streamhub.http.locales import saying
from streamhub.http.site import SITE
from streamhub.http.understood import columns_of, read_for, version_of
from streamhub.http.watched import TURN, waiting_as
from streamhub.hub.errands import Declined
from streamhub.hub.hub import EventHub
from streamhub.hub.secrets import fresh_id
from streamhub.protocol.commands import Wish

routes = web.RouteTableDef()

PATIENCE_S: Final = 60.0
"""How long a file may take to come: it comes from an organiser."""
CHUNK: Final = 1 << 16


@routes.post("/api/v1/events/{event}/agenda/preview")
async def preview(request: web.Request) -> web.StreamResponse:
    """Tell what a file says, and what it would change; changes nothing."""
    hub, _ = _organiser(request)
    try:
        reading = await _read(request, hub.state)
    except AgendaFileError as error:
        return web.json_response(shown.broken(error, saying(request)))
    whole = request.query.get("agenda") != "false"
    async with request.app[TURN]:
        told = await asyncio.to_thread(
            shown.preview, hub.state, reading, saying(request), whole=whole
        )
    return web.json_response(told)


@routes.post("/api/v1/events/{event}/agenda")
async def confirm(request: web.Request) -> web.StreamResponse:
    """Put the agenda that a file says in the place of the event's; answers when it is durable.

    With `?watched=` it is the version of the watched address that waits.
    """
    hub, actor = _organiser(request)
    waits = request.query.get("watched")
    try:
        if waits is None:
            reading = await _read(request, hub.state)
        else:
            reading = await waiting_as(request.app, hub, waits)
    except AgendaFileError as error:
        first, more = error.problems[0], len(error.problems) + error.more - 1
        message = first.message
        if more:
            message = Said(
                "{first} There is {n} more.", "{first} There are {n} more.", first=message, n=more
            )
        raise Rejected("agenda.invalid", message, first.hint) from error
    if reading.agenda is None:
        open_: list[str] = [ask.why for ask in reading.asks if ask.needed]
        open_ += [one.message for one in reading.problems]
        hint = Said("Look at the preview for what is missing.")
        raise Rejected("agenda.invalid", open_[0], hint)
    touch_live = request.query.get("touch_live") == "true"
    async with request.app[TURN]:
        changed = await asyncio.to_thread(shown.Changed, hub.state, reading.agenda)
    seen = request.query.get("seen")
    if seen is not None and seen != changed.seen():
        raise Rejected(
            "agenda.stale",
            Said("The event or the file is not what it was when you looked at the preview."),
            Said("Look at it again, then confirm that."),
            field="seen",
        )
    watch = hub.state.watch
    is_watched = waits is not None or (watch and request.query.get("url") == watch.url)
    written = own.write_json(reading.agenda, reading.slug) + bytes([touch_live])
    wish = Wish(
        request.query.get("id") or fresh_id(),
        hashlib.sha256(written).hexdigest()[:32],
        ReplaceAgenda(
            agenda=reading.agenda,
            touch_live=touch_live,
            version=version_of(reading) if is_watched else None,
        ),
    )
    accepted = await hub.submit(wish, actor)
    return web.json_response({**accepted, "difference": changed.told()})


HANDLERS: Final[frozenset[object]] = frozenset({preview, confirm})
"""They read their bodies by themselves: only from organisers, and up to the size of a file."""


def _organiser(request: web.Request) -> tuple[EventHub, Actor]:
    hub = request.app[SITE].hubs.get(request.match_info["event"])
    actor = author_of(request, hub, View.CONTROL)
    authorize(actor, "agenda.replace")
    return hub, actor


async def _read(request: web.Request, state: EventState) -> Reading:
    """Read what was handed in; raises `AgendaFileError`, `Rejected`."""
    source = await _source(request)
    choices = Choices(
        timezone=request.query.get("timezone"),
        title=request.query.get("title"),
        slug=state.slug,
        date=request.query.get("date"),
        columns=columns_of(request.query.getall("columns", [])[:50]),
    )
    async with request.app[TURN]:
        return await asyncio.to_thread(read_for, source, choices, state.agenda)


async def _source(request: web.Request) -> Source:
    url = request.query.get("url")
    if url is not None:
        try:
            found = await fetch(url, request.app[SITE].may_fetch)
        except Declined as no:
            first, *hint = saying(request)(no.said).splitlines()
            raise Rejected("request.invalid", first[:300], " ".join(hint) or None) from no
        return Source(found.data, found.name)
    data = bytearray()
    try:
        async with asyncio.timeout(PATIENCE_S):
            async for chunk in request.content.iter_chunked(CHUNK):
                data += chunk
                limits.within(len(data), limits.MAX_BYTES, Said("bytes"))
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    return Source(bytes(data), request.query.get("name", "")[:200])
