"""What the page for printing says: the agenda as it holds now, in one zone, day by day."""

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from typing_extensions import TypedDict

from streamhub.core.ids import RoomId
from streamhub.core.published import Item, Published
from streamhub.http.render import (
    KINDS,
    at_in,
    city,
    clock_of,
    date_range,
    day_name,
    offset_name,
)

NAMED: Final = frozenset({"keynote", "panel", "workshop", "qa"})
"""Kinds that are worth a word on paper."""


class PersonLine(TypedDict):
    """Somebody who speaks: `about` is the role and the affiliations."""

    name: str
    about: str


class Line(TypedDict):
    """A session on paper; `starts_with_last`: at the time of the line above, so it needs none."""

    starts: str
    starts_with_last: bool
    ends: str
    ends_next_day: bool
    title: str
    subtitle: str
    kind_name: str
    room: str
    track: str
    people: list[PersonLine]
    abstract: str
    is_pause: bool
    is_off: bool


class DaySheet(TypedDict):
    """A day on paper."""

    date: str
    name: str
    lines: list[Line]


class ZoneChoice(TypedDict):
    """A zone in which the page can be had."""

    name: str
    label: str
    offset: str


class Sheet(TypedDict):
    """All that `print.html` says; `room` is "" unless it is of one room only."""

    title: str
    tagline: str
    venue: str
    when: str
    room: str
    zone: ZoneChoice
    zones: list[ZoneChoice]
    days: list[DaySheet]
    rooms: list[tuple[str, str]]
    many_rooms: bool
    as_of: str
    url: str


def sheet(event: Published, zone_name: str, room: RoomId | None, locale: str) -> Sheet:
    """Prepare the page.

    Args:
        event: what is published.
        zone_name: in which zone.
        room: of one room only; None: of all.
        locale: how dates are written.
    """
    agenda, zone = event.agenda, ZoneInfo(zone_name)
    items = [item for item in event.items if room in {None, item.room.id}]
    days: dict[date, DaySheet] = {}
    begun: tuple[date, str] | None = None
    for item in items:
        day = at_in(item.start_at, zone).date()
        found = days.setdefault(
            day, {"date": day.isoformat(), "name": day_name(day, locale), "lines": []}
        )
        line = _line(item, zone, locale)
        line["starts_with_last"] = (day, line["starts"]) == begun
        begun = (day, line["starts"])
        found["lines"].append(line)
    labels = {one.name: one.label for one in agenda.zones}
    names = dict.fromkeys([zone_name, agenda.timezone, *labels])
    zones = [_zone(name, labels, agenda.starts_at, locale) for name in names]
    return {
        "title": agenda.title,
        "tagline": agenda.tagline or "",
        "venue": agenda.venue or "",
        "when": date_range(agenda.starts_at, agenda.ends_at, zone, locale),
        "room": "" if room is None else agenda.rooms[room].name,
        "zone": zones[0],
        "zones": zones,
        "days": list(days.values()),
        "rooms": [(one.id, one.name) for one in event.rooms()],
        "many_rooms": room is None and len({item.room.id for item in items}) > 1,
        "as_of": _stamp(at_in(event.editions.at, zone), locale),
        "url": event.url,
    }


def _line(item: Item, zone: ZoneInfo, locale: str) -> Line:
    plan = item.plan
    return {
        "starts": clock_of(item.start_at, zone, locale),
        "starts_with_last": False,
        "ends": clock_of(item.end_at, zone, locale),
        "ends_next_day": at_in(item.end_at - 1, zone).date() > at_in(item.start_at, zone).date(),
        "title": plan.title,
        "subtitle": plan.subtitle or "",
        "kind_name": KINDS[plan.kind] if plan.kind in NAMED else "",
        "room": item.room.name,
        "track": item.track.name if item.track else "",
        "people": [
            {
                "name": one.name,
                "about": ", ".join(part for part in (one.role, *one.affiliations) if part),
            }
            for one in item.speakers
        ],
        "abstract": plan.abstract or "",
        "is_pause": plan.kind.is_pause,
        "is_off": item.is_off,
    }


def _zone(name: str, labels: dict[str, str], at: int, locale: str) -> ZoneChoice:
    return {
        "name": name,
        "label": labels.get(name) or city(name, locale),
        "offset": offset_name(at_in(at, ZoneInfo(name))),
    }


def _stamp(at: datetime, locale: str) -> str:
    return format_datetime(at, "d MMMM y, HH:mm", tzinfo=at.tzinfo, locale=locale)
