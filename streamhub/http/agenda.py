"""The agenda in other forms, for anybody: calendars, schedules, tables, chapters, a page to print.

All of it can be read from any page of the web, and follows the running of the event. Each file has
an ETag; who asks again gets 304 while nothing changed.
"""

import re
from collections.abc import Awaitable, Callable
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from aiohttp import web

from streamhub.core.errors import Rejected
from streamhub.core.ids import Ms, RoomId, SessionId
from streamhub.core.published import Item, Published, published
from streamhub.formats import EXPORTS, Export, write_broadcast, write_chapters
from streamhub.formats.times import Doubt, instant
from streamhub.http.locales import locale_of, remember
from streamhub.http.printed import sheet
from streamhub.http.programs import room_of
from streamhub.http.render import _
from streamhub.http.shelf import Copy, Shelf, answer, copy_of
from streamhub.http.site import SITE
from streamhub.hub.hub import EventHub

routes = web.RouteTableDef()

SHELF: Final = web.AppKey("shelf", Shelf)
_LOST_PLUS: Final = re.compile(r"(T\d\d:\d\d(?::\d\d(?:\.\d+)?)?) (\d\d:?\d\d)")
_LATEST_MS: Final = 10**14

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def _hub(request: web.Request) -> EventHub:
    return request.app[SITE].hubs.get(request.match_info["event"])


def published_now(request: web.Request, hub: EventHub) -> Published:
    """Return what is published of an event."""
    return published(hub.state, request.app[SITE].event_url(hub.slug))


async def _file(
    request: web.Request,
    name: str,
    write: Callable[[Published], bytes],
    keep: Callable[[Item], bool] | None = None,
    narrowed: tuple[str | None, ...] = (),
) -> Copy:
    """Return a file of an event, made once a change."""
    hub = _hub(request)
    state = hub.state
    url = request.app[SITE].event_url(hub.slug)

    def make() -> bytes:
        told = published(state, url)
        return write(told if keep is None else told.only(keep))

    parts = (state.agenda, state.editions, state.rundown.progress)
    return await request.app[SHELF].take((hub.slug, name, *narrowed), parts, make)


def _given(request: web.Request, copy: Copy, media_type: str, name: str = "") -> web.Response:
    hub = _hub(request)
    return answer(
        request,
        copy,
        media_type,
        changed_at=hub.state.editions.at,
        now=request.app[SITE].hubs.clock.now(),
        save_as=name or None,
    )


# --- files -------------------------------------------------------------------------------------


def _handler(export: Export) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        copy = await _file(request, export.name, export.write)
        ending = export.name.rpartition(".")[2]
        name = f"{_hub(request).slug}.{ending}" if export.to_keep else ""
        return _given(request, copy, export.media_type, name)

    return handle


for _export in EXPORTS:
    if _export.name != "agenda.ics":
        routes.get(f"/e/{{event}}/{_export.name}")(_handler(_export))


@routes.get("/e/{event}/agenda.ics")
async def calendar(request: web.Request) -> web.StreamResponse:
    """The agenda as a calendar; with `?room=` or `?session=` only that."""
    hub = _hub(request)
    room = request.query.get("room")
    if room is not None and room not in hub.state.agenda.rooms:
        raise Rejected("room.unknown", f"There is no room {room[:32]!r}.", field="room")
    session = _session(request, hub)

    def keep(item: Item) -> bool:
        return room in {None, item.room.id} and session in {None, item.plan.id}

    export = next(one for one in EXPORTS if one.name == "agenda.ics")
    copy = await _file(request, export.name, export.write, keep, (room, session))
    return _given(request, copy, export.media_type)


# --- chapters ----------------------------------------------------------------------------------


@routes.get("/e/{event}/chapters.vtt")
async def chapters_vtt(request: web.Request) -> web.StreamResponse:
    """The chapters of a recording as WebVTT: of a room, or of a session with `?session=`.

    They count from `?start_at=`, else from its own second 0, else from the first session on.
    """
    return answer(request, copy_of(write_chapters.write_vtt(_chapters(request))), "text/vtt")


@routes.get("/e/{event}/chapters.txt")
async def chapters_txt(request: web.Request) -> web.StreamResponse:
    """The same as video sites take them in a description."""
    return answer(request, copy_of(write_chapters.write_list(_chapters(request))), "text/plain")


def _chapters(request: web.Request) -> list[write_chapters.Chapter]:
    hub, site = _hub(request), request.app[SITE]
    renderer, agenda, streams = site.renderer, hub.state.agenda, hub.state.streams
    session = _session(request, hub)
    if session is None:
        room = room_of(request)
        recording = streams.recordings.get(room)
    else:
        room = agenda.sessions[session].room
        recording = streams.sessions.get(session)
    start_at = _instant(request, "start_at", agenda.timezone)
    if start_at is None and recording is not None:
        start_at = recording.started_at
    locale = renderer.negotiate(",".join(agenda.languages), request.query.get("lang"))
    return write_chapters.chapters(
        published_now(request, hub),
        room,
        start_at,
        _instant(request, "end_at", agenda.timezone),
        before=renderer.words(locale)(_("Before the start")),
        session=session,
    )


def _session(request: web.Request, hub: EventHub) -> SessionId | None:
    """The session that `?session=` names."""
    said = request.query.get("session")
    if said is not None and SessionId(said) not in hub.state.agenda.sessions:
        raise Rejected("session.unknown", f"There is no session {said[:32]!r}.", field="session")
    return None if said is None else SessionId(said)


def _instant(request: web.Request, field: str, timezone: str) -> Ms | None:
    """Read an instant: ISO 8601, without offset as at the venue, or milliseconds since 1970."""
    said = request.query.get(field)
    if said is None:
        return None
    if said.isdecimal() and said.isascii() and int(said[:15]) < _LATEST_MS:
        return int(said[:15])
    read = instant(_LOST_PLUS.sub(r"\1+\2", said[:64]), ZoneInfo(timezone))
    if isinstance(read, Doubt) or read is None:
        hint = "Write 2027-05-12T09:00+02:00, or milliseconds since 1970."
        raise Rejected(
            "request.invalid",
            f"`{field}` is no instant. {read.message if read else ''}".strip(),
            hint,
            field=field,
        )
    return read


# --- for the consumers of pretalx-broadcast-tools -------------------------------------------------


@routes.get("/e/{event}/p/broadcast-tools/event.json")
async def broadcast_event(request: web.Request) -> web.StreamResponse:
    """The event as pretalx-broadcast-tools tells it."""
    renderer, agenda = request.app[SITE].renderer, _hub(request).state.agenda
    say = renderer.words(renderer.negotiate(",".join(agenda.languages)))
    words = say(_("Nothing is on right now"))
    copy = await _file(
        request, "broadcast-event", lambda event: write_broadcast.write_event(event, words)
    )
    return _given(request, copy, "application/json")


@routes.get("/e/{event}/p/broadcast-tools/schedule.json")
async def broadcast_schedule(request: web.Request) -> web.StreamResponse:
    """What takes place as pretalx-broadcast-tools tells it."""
    copy = await _file(request, "broadcast-schedule", write_broadcast.write_schedule)
    return _given(request, copy, "application/json")


# --- paper ---------------------------------------------------------------------------------------


@routes.get("/e/{event}/print")
async def printed(request: web.Request) -> web.StreamResponse:
    """The agenda for printing; `?zone=`, `?room=`, and `?full=1` for descriptions."""
    hub, site = _hub(request), request.app[SITE]
    agenda, locale = hub.state.agenda, locale_of(request)
    zone = request.query.get("zone") or agenda.timezone
    if zone not in available_timezones():
        raise Rejected(
            "request.invalid",
            f"{zone[:64]!r} is not a time zone.",
            "Use an IANA name such as America/Mexico_City.",
            field="zone",
        )
    room = request.query.get("room") or None
    if room is not None and room not in agenda.rooms:
        raise Rejected("room.unknown", f"There is no room {room[:32]!r}.", field="room")
    text = site.renderer.page(
        "print.html",
        locale,
        title=agenda.title,
        sheet=sheet(published_now(request, hub), zone, room and RoomId(room), locale),
        room=room or "",
        is_full=request.query.get("full") == "1",
        slug=hub.slug,
        accent=agenda.accent or "",
        theme="light",
        styles=["print.css"],
        scripts=["print.js"],
    )
    response = web.Response(text=text, content_type="text/html")
    remember(request, response)
    return response
