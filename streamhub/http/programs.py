"""What machines beside the stage read and press: `now.json`, `now.rows.json`, `now.txt`, buttons.

Made for tools that can fetch an address and show a field, or send a request when a key is pressed,
and nothing else. What is read is what anyone may see (the view `stage`), as strings that are ready
to be shown and as numbers. It is right at the instant it was asked for, so nobody may keep it. A
button finds out what a program cannot know (what is live, what undo would take back) when pressed.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final, cast
from zoneinfo import ZoneInfo

from aiohttp import web

from streamhub.core.errors import Rejected
from streamhub.core.event import Command
from streamhub.core.ids import ActorId, Ms, RoomId, SessionId
from streamhub.core.roles import authorize
from streamhub.core.rundown import (
    EndSession,
    ExtendSession,
    NextSession,
    PauseSession,
    ResumeSession,
    RoomClock,
    SkipSession,
    UndoRundown,
    upcoming,
)
from streamhub.core.views import MessageView, RoomView, SessionView, View, ViewState, name_of
from streamhub.http.api import author_of
from streamhub.http.render import KINDS, Say, _, clock_of
from streamhub.http.site import SITE
from streamhub.hub.hub import EventHub
from streamhub.hub.secrets import fresh_id
from streamhub.protocol.commands import Wish

routes = web.RouteTableDef()

Row = dict[str, str | int]
PAUSES: Final = frozenset({"break", "social"})
STATES: Final = {
    "before": _("Not started yet"),
    "live": _("Live"),
    "break": _("Break"),
    "paused": _("Paused"),
    "over": _("Over time"),
    "between": _("Between two sessions"),
    "after": _("The day is over"),
}
MINUTE_S: Final = 60
TWICE_MS: Final = 2000
"""A second press within this time is a bouncing key or an impatient finger."""
EXTEND_S: Final = 60
"""What `extend` adds unless `by_s` says otherwise."""


# --- reading -----------------------------------------------------------------------------------


@routes.get("/e/{event}/now.json")
async def now_json(request: web.Request) -> web.StreamResponse:
    """One room now, as one flat object: every field is always there."""
    return web.json_response(_row(request, room_of(request)))


@routes.get("/e/{event}/now.rows.json")
async def now_rows(request: web.Request) -> web.StreamResponse:
    """All rooms now, an array with one flat object each: a table for a data source."""
    rooms = sorted(_view(request)["rooms"].items(), key=lambda one: (one[1]["order"], one[0]))
    rows = [_row(request, RoomId(name)) for name, _ in rooms]
    return web.json_response(rows)


@routes.get("/e/{event}/now.txt")
async def now_txt(request: web.Request) -> web.StreamResponse:
    """One field of `now.json` as plain text."""
    row = _row(request, room_of(request))
    field = request.query.get("field", "now_title")
    if field not in row:
        raise Rejected(
            "request.invalid",
            f"There is no field {field[:32]!r}.",
            f"Use one of: {', '.join(row)}.",
            field="field",
        )
    return web.Response(text=str(row[field]), content_type="text/plain")


def _hub(request: web.Request) -> EventHub:
    return request.app[SITE].hubs.get(request.match_info["event"])


def _view(request: web.Request) -> ViewState:
    return cast("ViewState", _hub(request).channel(View.STAGE, None).state)


def room_of(request: web.Request) -> RoomId:
    """Return the room that `?room=` names; where there is one only, it need not be said."""
    hub = _hub(request)
    rooms = hub.state.agenda.rooms
    asked = request.query.get("room", "")
    if not asked and len(rooms) == 1:
        return next(iter(rooms))
    return _known(hub, asked, "Say which with ?room=")


def _known(hub: EventHub, asked: str, hint: str) -> RoomId:
    rooms = hub.state.agenda.rooms
    if asked in rooms:
        return RoomId(asked)
    raise Rejected(
        "room.unknown",
        f"There is no room {asked[:32]!r}." if asked else "This event has several rooms.",
        f"{hint}, one of: {', '.join(sorted(rooms))}.",
        field="room",
    )


def _row(request: web.Request, room: RoomId) -> Row:
    site, view = request.app[SITE], _view(request)
    languages = view["event"]["languages"]
    locale = site.renderer.negotiate(",".join(languages), request.query.get("lang"))
    return row_of(view, room, site.hubs.clock.now(), site.renderer.words(locale), locale)


def row_of(view: ViewState, name: RoomId, at: Ms, say: Say, locale: str) -> Row:
    """Return a room at an instant, flat: strings to be shown, and numbers beside them."""
    event, room = view["event"], view["rooms"][name]
    zone = room.get("timezone", event["timezone"])
    sessions = view["sessions"]
    live, coming = sessions.get(room.get("live", "")), sessions.get(room.get("next", ""))
    question = view["questions"].get(room.get("spotlight", ""))
    message = _message(view, name, at)
    state = _state(view, name, live, coming, at)

    def clock(ms: int | None) -> str:
        return "" if ms is None else clock_of(ms, ZoneInfo(zone), locale)

    return {
        "event": event["title"],
        "room": name,
        "room_name": room["name"],
        "state": state,
        "state_words": say(STATES[state]),
        **_session("now", room.get("live"), live, say, clock),
        **_left(live, at, say),
        **_session("next", room.get("next"), coming, say, clock),
        **_until(coming, at, say),
        **_offset(room, say),
        "questions": room.get("questions", {}).get("state", "closed"),
        "question": question["text"] if question else "",
        "question_name": question.get("name", "") if question else "",
        "question_votes": question["upvotes"] if question else 0,
        "message": message["text"] if message else "",
        "message_tone": message["tone"] if message else "",
        "clock": clock(at),
        "timezone": zone,
        "at": at,
    }


def _session(
    prefix: str,
    name: str | None,
    session: SessionView | None,
    say: Say,
    clock: Callable[[int | None], str],
) -> Row:
    start = end = None
    if session is not None:
        start = session.get("started_at", session["expected_start_at"])
        end = session["expected_end_at"]
    return {
        f"{prefix}_session": name or "",
        f"{prefix}_title": session["title"] if session else "",
        f"{prefix}_kind": say(KINDS[session["kind"]])
        if session and session["kind"] in KINDS
        else "",
        f"{prefix}_speakers": ", ".join(one["name"] for one in session["speakers"])
        if session
        else "",
        f"{prefix}_start": clock(start),
        f"{prefix}_end": clock(end),
        f"{prefix}_start_at": start or 0,
        f"{prefix}_end_at": end or 0,
    }


def _left(live: SessionView | None, at: Ms, say: Say) -> Row:
    """What a countdown shows; negative seconds are over time."""
    if live is None or "due_at" not in live:
        return {"left": "", "left_words": "", "left_s": 0, "progress": 0}
    stands = live.get("paused_at", at)
    left_ms = live["due_at"] - stands
    left_s = -(-left_ms // 1000)
    whole = max(1, live["due_at"] - live.get("started_at", live["due_at"]))
    minutes = _minutes(left_s, say)
    words = say(_("{time} left") if left_ms >= 0 else _("{time} over"))
    return {
        "left": ("+" if left_ms < 0 else "") + _duration(left_s),
        "left_words": words.replace("{time}", minutes),
        "left_s": left_s,
        "progress": min(100, max(0, (whole - left_ms) * 100 // whole)),
    }


def _until(coming: SessionView | None, at: Ms, say: Say) -> Row:
    if coming is None:
        return {"next_in": "", "next_in_s": 0}
    seconds = max(0, -(-(coming["expected_start_at"] - at) // 1000))
    return {"next_in": _minutes(seconds, say), "next_in_s": seconds}


def _offset(room: RoomView, say: Say) -> Row:
    offset_s = room.get("offset_s", 0)
    if abs(offset_s) < MINUTE_S:
        return {"offset": say(_("On time")), "offset_s": offset_s}
    words = say(_("{time} late") if offset_s > 0 else _("{time} early"))
    return {"offset": words.replace("{time}", _minutes(offset_s, say)), "offset_s": offset_s}


def _minutes(seconds: int, say: Say) -> str:
    """Return "12 min", "1 h 5 min", "under a minute", as the pages say it."""
    hours, minutes = divmod((abs(seconds) + MINUTE_S // 2) // MINUTE_S, 60)
    if hours and minutes:
        words = say(_("{hours} h {minutes} min"))
    elif hours:
        words = say(_("{hours} h"))
    else:
        words = say(_("{n} min") if minutes else _("under a minute"))
    for name, value in (("n", minutes), ("hours", hours), ("minutes", minutes)):
        words = words.replace(f"{{{name}}}", str(value))
    return words


def _duration(seconds: int) -> str:
    minutes, rest = divmod(abs(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


def _state(
    view: ViewState, room: RoomId, live: SessionView | None, coming: SessionView | None, at: Ms
) -> str:
    if live is not None:
        if live["status"] == "paused":
            return "paused"
        if live.get("due_at", at) < at:
            return "over"
        return "break" if live["kind"] in PAUSES else "live"
    if coming is None:
        return "after"
    ran = any(one["room"] == room and one["status"] == "ended" for one in view["sessions"].values())
    return "between" if ran else "before"


def _message(view: ViewState, room: RoomId, at: Ms) -> MessageView | None:
    """The newest message to the screens of a room."""
    shown = [
        one
        for one in view["messages"].values()
        if one["to"] == "screens"
        and one.get("room", room) == room
        and one.get("until_at", at + 1) > at
    ]
    return max(shown, key=lambda one: one["at"], default=None)


# --- pressing ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Button:
    """A key: who may issue `command` may press it, and `make` finds out what it means now."""

    command: str
    make: Callable[[EventHub, RoomId, web.Request], Command]


@routes.post("/api/v1/events/{event}/rooms/{room}/{button}")
async def press(request: web.Request) -> web.StreamResponse:
    """A key of a control surface: `next`, `hold`, `extend`, `end`, `skip` or `undo`; no body."""
    hub = _hub(request)
    actor = author_of(request, hub, View.CONTROL)
    name = request.match_info["button"]
    button = BUTTONS.get(name)
    if button is None:
        raise Rejected(
            "request.not_found",
            f"There is no button {name[:32]!r}.",
            f"Use one of: {', '.join(BUTTONS)}.",
        )
    authorize(actor, button.command)  # before anything is told of who did what
    room = _known(hub, request.match_info["room"], "Name it in the address")
    command = button.make(hub, room, request)
    return web.json_response(await hub.submit(Wish(fresh_id(), fresh_id(), command), actor))


def _clock(hub: EventHub, room: RoomId) -> RoomClock:
    return hub.state.rundown.clock(room)


def _live(hub: EventHub, room: RoomId) -> SessionId:
    live = _clock(hub, room).live
    if live is None:
        raise Rejected("session.not_live", "Nothing is on air in this room.", "Start something.")
    return live


def _twice(hub: EventHub, room: RoomId, request: web.Request, by: ActorId | None, at: Ms) -> None:
    """Refuse what was done a moment ago, at `at`, by `by`."""
    now = request.app[SITE].hubs.clock.now()
    if not 0 <= now - at < TWICE_MS:
        return
    raise Rejected(
        "session.stale",
        "This was done in this room a moment ago.",
        "If you mean it, press again.",
        detail={
            "live": _clock(hub, room).live,
            "by": None if by is None else name_of(hub.state, by),
            "at": at,
        },
    )


def _after(hub: EventHub, room: RoomId, request: web.Request, facts: Collection[str]) -> None:
    """Refuse a second press, where the first made one of `facts`."""
    stack = _clock(hub, room).undo
    if stack and stack[-1].what in facts:
        _twice(hub, room, request, stack[-1].by, stack[-1].at)


def _next(hub: EventHub, room: RoomId, request: web.Request) -> Command:
    clock = _clock(hub, room)
    if clock.advanced_at is not None:
        _twice(hub, room, request, clock.advanced_by, clock.advanced_at)
    return NextSession(room=room, live=clock.live)


def _hold(hub: EventHub, room: RoomId, request: web.Request) -> Command:
    live = _live(hub, room)
    _after(hub, room, request, {"session.paused", "session.resumed"})
    held = hub.state.rundown.of(live).paused_at is not None
    return ResumeSession(session=live) if held else PauseSession(session=live)


def _extend(hub: EventHub, room: RoomId, request: web.Request) -> Command:
    asked = request.query.get("by_s", str(EXTEND_S))
    try:
        by_s = int(asked)
    except ValueError as error:
        raise Rejected(
            "command.invalid",
            f"{asked[:32]!r} is no number of seconds.",
            "Say for instance ?by_s=120, or ?by_s=-60 for less time.",
            field="by_s",
        ) from error
    return ExtendSession(session=_live(hub, room), by_s=by_s)


def _end(hub: EventHub, room: RoomId, _request: web.Request) -> Command:
    return EndSession(session=_live(hub, room))


def _skip(hub: EventHub, room: RoomId, request: web.Request) -> Command:
    coming = upcoming(hub.state.agenda, hub.state.rundown, room)
    if not coming:
        raise Rejected("rundown.finished", "Nothing is left to skip in this room.")
    _after(hub, room, request, {"session.skipped"})
    return SkipSession(session=coming[0])


def _undo(hub: EventHub, room: RoomId, request: web.Request) -> Command:
    clock = _clock(hub, room)
    top = clock.undo[-1] if clock.undo else None
    if top is not None and clock.advanced_at is not None and clock.advanced_at > top.at:
        # the room moved after its newest step was made: by taking back another one
        _twice(hub, room, request, clock.advanced_by, clock.advanced_at)
    return UndoRundown(room=room, seq=0 if top is None else top.seq)


BUTTONS: Final[Mapping[str, Button]] = {
    "next": Button("session.next", _next),
    "hold": Button("session.pause", _hold),
    "extend": Button("session.extend", _extend),
    "end": Button("session.end", _end),
    "skip": Button("session.skip", _skip),
    "undo": Button("rundown.undo", _undo),
}
