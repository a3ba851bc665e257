"""Results over HTTP: a page with the figures drawn, and the same as JSON, CSV and XLSX.

What is counted, and what the public may see of it, is decided in `core/results.py`; here it is only
laid out. Drawings are placed in percent of the width, so that one drawing fits every page.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from aiohttp import web
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from streamhub.core.agenda import session_of
from streamhub.core.errors import Rejected
from streamhub.core.ids import Ms, RoomId, SessionId
from streamhub.core.results import BIN_MINUTES, Figures, PollResult, Results, results
from streamhub.core.roles import Role
from streamhub.core.views import View
from streamhub.formats.sheets import Sheet, Value, to_csv, to_xlsx
from streamhub.http.api import known
from streamhub.http.locales import locale_of, remember
from streamhub.http.render import SURFACES, Say, _, clock_of
from streamhub.http.site import SITE
from streamhub.hub.hub import EventHub

routes = web.RouteTableDef()

CREW: Final = frozenset({Role.MODERATOR, Role.PRODUCER, Role.ORGANISER})
STATUSES: Final = {
    "pending": _("In review"),
    "approved": _("Approved##question"),
    "answered": _("Answered"),
    "rejected": _("Not taken up"),
    "withdrawn": _("Withdrawn"),
    "merged": _("Merged"),
    "redacted": _("Erased"),
}
SHOWN_MOST: Final = 300
"""How many questions the page shows; the files have all."""
TICKS_MOST: Final = 7
STEPS_MIN: Final = (5, 10, 15, 30, 60, 120, 180, 360, 720, 1440)
MINUTE_MS: Final = 60_000


@routes.get("/e/{event}/results")
async def page(request: web.Request) -> web.StreamResponse:
    """The results as a page, for the crew; for everybody, where the organiser says so."""
    hub, found = _results(request)
    site, locale = request.app[SITE], locale_of(request)
    session = request.query.get("session")
    text = site.renderer.page(
        "results.html",
        locale,
        **SURFACES["results"],
        title=found["title"],
        accent=hub.state.agenda.accent or "",
        styles=["results.css"],
        scripts=["results.js"],
        event_url=f"/e/{hub.slug}",
        session="" if session is None else session_of(hub.state.agenda, SessionId(session)).title,
        of="" if session is None else f"?{urlencode({'session': session})}",
        **_drawn(hub, found, locale, site.renderer.words(locale)),
    )
    response = web.Response(text=text, content_type="text/html")
    response.headers["Cache-Control"] = "no-store"
    remember(request, response)
    return response


@routes.get("/e/{event}/results.json")
async def as_json(request: web.Request) -> web.StreamResponse:
    """The results as one object."""
    return web.json_response(_results(request)[1], headers={"Cache-Control": "no-store"})


@routes.get("/e/{event}/results.csv")
async def as_csv(request: web.Request) -> web.StreamResponse:
    """All questions as a table; `table=sessions` or `table=course` for the others."""
    hub, found = _results(request)
    tables = _tables(request, found)
    name = request.query.get("table", "questions")
    if name not in tables:
        raise Rejected(
            "request.invalid",
            f"There is no table {name!r}.",
            f"Ask for one of: {', '.join(tables)}.",
            field="table",
        )
    return _file(request, hub, f"{name}.csv", "text/csv", to_csv(tables[name]))


@routes.get("/e/{event}/results.xlsx")
async def as_xlsx(request: web.Request) -> web.StreamResponse:
    """The same as a workbook."""
    hub, found = _results(request)
    made = to_xlsx(list(_tables(request, found).values()), title=found["title"])
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _file(request, hub, "results.xlsx", kind, made)


def _file(request: web.Request, hub: EventHub, name: str, kind: str, body: bytes) -> web.Response:
    session = re.sub(r"[^A-Za-z0-9_-]+", "-", request.query.get("session", ""))
    parts = [hub.slug, *([session] if session else []), name]
    headers = {
        "Content-Disposition": f'attachment; filename="{"-".join(parts)}"',
        "Cache-Control": "no-store",
    }
    return web.Response(body=body, content_type=kind, headers=headers)


def _results(request: web.Request) -> tuple[EventHub, Results]:
    """Return what this reader may see of an event's results.

    Raises:
        Rejected: `token.invalid`, where they are for the crew and this is somebody else.
    """
    hub = request.app[SITE].hubs.get(request.match_info["event"])
    crew = any(
        actor is not None and actor.role in CREW
        for actor in (known(request, hub, view) for view in (View.CONTROL, View.DESK))
    )
    if not crew and not hub.state.policy.public_results:
        raise Rejected(
            "token.invalid",
            _("The results are for those who run the event."),
            _("Open the link that the organiser gave you, or ask for the results to be public."),
        )
    session = request.query.get("session")
    if session is not None:
        session_of(hub.state.agenda, SessionId(session))
    of = None if session is None else SessionId(session)
    return hub, results(hub.state, public=not crew, session=of)


# --- tables --------------------------------------------------------------------------------------


def _tables(request: web.Request, found: Results) -> dict[str, Sheet]:
    say = request.app[SITE].renderer.words(locale_of(request))
    zone = ZoneInfo(found["timezone"])
    titles = {one["id"]: one["title"] for one in found["sessions"]}
    tables = {
        "questions": _questions(found, titles, zone, say),
        "sessions": _sessions(found, zone, say),
    }
    if found["polls"]:
        tables["polls"] = _polls(found, say)
    if found["course"]:
        tables["course"] = Sheet(
            name=say(_("Through the day")),
            columns=(say(_("From")), say(_("Questions")), say(_("Votes"))),
            widths=(20, 12, 12),
            rows=[(_local(one["at"], zone), one["asked"], one["votes"]) for one in found["course"]],
        )
    return tables


def _questions(found: Results, titles: Mapping[str, str], zone: ZoneInfo, say: Say) -> Sheet:
    crew = not found["public"]
    columns: list[tuple[str, int]] = [
        (say(_("Session")), 34),
        (say(_("Question")), 70),
        (say(_("Name")), 20),
        (say(_("Status")), 14),
        (say(_("Votes")), 8),
        (say(_("Asked at")), 20),
        (say(_("Answered at")), 20),
        (say(_("Written answer")), 50),
    ]
    if crew:
        columns += [
            (say(_("Reason")), 30),
            (say(_("As it was asked")), 50),
            (say(_("Decided at")), 20),
            (say(_("Votes of invited or named people")), 16),
        ]
    columns.append((say(_("Number")), 20))
    rows: list[tuple[Value, ...]] = []
    for one in found["questions"]:
        row: list[Value] = [
            titles.get(one["session"], ""),
            one["text"],
            one.get("name"),
            say(STATUSES[one["status"]]),
            one["upvotes"],
            _local(one["asked_at"], zone),
            _local(one.get("answered_at"), zone),
            one.get("reply"),
        ]
        if crew:
            row += [one.get("reason"), one.get("original"), _local(one.get("decided_at"), zone)]
            row.append(one.get("known"))
        rows.append((*row, one["id"]))
    return Sheet(
        name=say(_("Questions")),
        columns=tuple(name for name, _width in columns),
        widths=tuple(width for _name, width in columns),
        rows=rows,
    )


def _sessions(found: Results, zone: ZoneInfo, say: Say) -> Sheet:
    columns: list[tuple[str, int]] = [
        (say(_("Session")), 60),
        (say(_("From")), 20),
        (say(_("Until")), 20),
        (say(_("Questions")), 12),
        (say(_("Taken up")), 12),
        (say(_("Answered")), 12),
        (say(_("Votes")), 12),
        (say(_("People")), 12),
    ]
    return Sheet(
        name=say(_("Sessions")),
        columns=tuple(name for name, _width in columns),
        widths=tuple(width for _name, width in columns),
        rows=[
            (
                one["title"],
                _local(one["starts_at"], zone),
                _local(one["ends_at"], zone),
                *(
                    one["figures"][part]
                    for part in ("asked", "taken", "answered", "votes", "people")
                ),
            )
            for one in found["sessions"]
        ],
    )


def _polls(found: Results, say: Say) -> Sheet:
    columns: list[tuple[str, int]] = [
        (say(_("Poll")), 60),
        (say(_("Answers")), 12),
        (say(_("Option")), 50),
        (say(_("Count")), 12),
        (say(_("Average")), 12),
    ]
    return Sheet(
        name=say(_("Polls")),
        columns=tuple(name for name, _width in columns),
        widths=tuple(width for _name, width in columns),
        rows=[
            (poll["title"], poll["total"], count["text"], count["n"], poll.get("mean"))
            for poll in found["polls"]
            for count in poll["counts"]
        ],
    )


def _local(ms: Ms | None, zone: ZoneInfo) -> datetime | None:
    return None if ms is None else datetime.fromtimestamp(ms // 1000, UTC).astimezone(zone)


# --- the page ------------------------------------------------------------------------------------


def _drawn(hub: EventHub, found: Results, locale: str, say: Say) -> dict[str, Any]:
    """Return what the template says and draws; places are percents of the width."""
    zone = ZoneInfo(found["timezone"])
    titles = {one["id"]: number for number, one in enumerate(found["sessions"], start=1)}
    most = max((one["figures"]["asked"] for one in found["sessions"]), default=0)
    rooms = hub.state.agenda.rooms
    sessions = [
        {
            **one,
            "number": titles[one["id"]],
            "time": clock_of(one["starts_at"], zone, locale),
            "place": rooms[RoomId(one["room"])].name if len(rooms) > 1 else "",
            "parts": _parts(one["figures"], most),
            "said": {
                part: format_decimal(one["figures"][part], locale=locale)
                for part in ("asked", "votes", "people")
            },
            "of": f"?{urlencode({'session': one['id']})}",
        }
        for one in found["sessions"]
    ]
    shown = sorted(
        found["questions"], key=lambda one: (-one["upvotes"], one["asked_at"], one["id"])
    )
    return {
        "public": found["public"],
        "day": format_date(_local(hub.state.agenda.starts_at, zone), "long", locale),
        "headline": _headline(found["figures"], locale, say),
        "course": _course(found, zone, locale),
        "sessions": sessions,
        "questions": [
            {
                "name": "",
                "reason": "",
                "reply": "",
                "known": 0,
                **one,
                "number": titles.get(one["session"], 0),
                "status_name": say(STATUSES[one["status"]]),
                "votes": format_decimal(one["upvotes"], locale=locale),
                "time": clock_of(one["asked_at"], zone, locale),
            }
            for one in shown[:SHOWN_MOST]
        ],
        "left": max(0, len(shown) - SHOWN_MOST),
        "polls": [_poll(poll, locale) for poll in found["polls"]],
    }


def _poll(poll: PollResult, locale: str) -> dict[str, Any]:
    """A poll with its bars: the longest is as wide as there is room."""
    most = max((count["n"] for count in poll["counts"]), default=0)
    return {
        **poll,
        "average": format_decimal(poll["mean"], locale=locale) if "mean" in poll else "",
        "rows": [
            {
                **count,
                "n": format_decimal(count["n"], locale=locale),
                "width": round(100 * count["n"] / most, 2) if most else 0,
            }
            for count in poll["counts"]
        ],
    }


def _headline(figures: Figures, locale: str, say: Say) -> list[dict[str, str]]:
    taken, answered = figures["taken"], figures["answered"]
    told = [
        (figures["asked"], say(_("questions")), ""),
        (
            answered,
            say(_("questions answered")),
            format_percent(answered / taken, locale=locale) if taken else "",
        ),
        (figures["votes"], say(_("votes")), ""),
        (figures["people"], say(_("people took part")), ""),
    ]
    return [
        {"figure": format_decimal(figure, locale=locale), "name": name, "more": more}
        for figure, name, more in told
    ]


def _parts(figures: Figures, most: int) -> list[dict[str, Any]]:
    """The bar of a session: answered, taken up but not answered, and the rest."""
    sizes = {
        "answered": figures["answered"],
        "taken": figures["taken"] - figures["answered"],
        "rest": figures["asked"] - figures["taken"],
    }
    parts, at = [], 0.0
    for kind, size in sizes.items():
        width = 100 * size / most if most else 0.0
        if size:
            parts.append({"kind": kind, "x": round(at, 3), "width": round(width, 3), "n": size})
        at += width
    return parts


def _course(found: Results, zone: ZoneInfo, locale: str) -> dict[str, Any] | None:
    """Bars of questions and votes over the time of the event, with its sessions below."""
    points = found["course"]
    if not points:
        return None
    ran = [one for one in found["sessions"] if one["figures"]["asked"]]
    first = min(points[0]["at"], *(one["starts_at"] for one in ran))
    last = max(points[-1]["at"] + BIN_MINUTES * MINUTE_MS, *(one["ends_at"] for one in ran))

    def place(at: Ms) -> float:
        return round(100 * (at - first) / (last - first), 3)

    tops = {
        "asked": max(1, *(one["asked"] for one in points)),
        "votes": max(1, *(one["votes"] for one in points)),
    }
    bars = [
        {
            "x": place(one["at"]),
            "width": round(100 * BIN_MINUTES * MINUTE_MS / (last - first), 3),
            "asked": round(100 * one["asked"] / tops["asked"], 2),
            "votes": round(100 * max(0, one["votes"]) / tops["votes"], 2),
            "time": clock_of(one["at"], zone, locale),
            "n_asked": one["asked"],
            "n_votes": one["votes"],
        }
        for one in points
    ]
    numbers = {one["id"]: number for number, one in enumerate(found["sessions"], start=1)}
    spans = [
        {
            "x": place(one["starts_at"]),
            "width": place(one["ends_at"]) - place(one["starts_at"]),
            "number": numbers[one["id"]],
            "title": one["title"],
        }
        for one in ran
    ]
    return {
        "bars": bars,
        "tops": {part: format_decimal(top, locale=locale) for part, top in tops.items()},
        "spans": spans,
        "ticks": [
            {"x": place(at), "text": clock_of(at, zone, locale)} for at in _ticks(first, last, zone)
        ],
    }


def _ticks(first: Ms, last: Ms, zone: ZoneInfo) -> Sequence[Ms]:
    """Round times of day between two instants, at most `TICKS_MOST`."""
    minutes = (last - first) / MINUTE_MS
    step = next((one for one in STEPS_MIN if minutes / one <= TICKS_MOST), STEPS_MIN[-1])
    start = datetime.fromtimestamp(first / 1000, UTC).astimezone(zone)
    past = (start.hour * 60 + start.minute) % step
    at = first - first % MINUTE_MS - past * MINUTE_MS
    ticks = []
    while at <= last:
        if at >= first:
            ticks.append(at)
        at += step * MINUTE_MS
    return ticks
