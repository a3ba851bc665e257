"""`schedule.xml` as frab, pretalx, wafer and Pentabarf write it, with or without instants.

Where an event has a `date` with an offset, that is its instant; `start` alone is local, on the date
of its day, or on the morning after if it is earlier than the day's change.
"""

from datetime import date, datetime, time, timedelta
from typing import Final
from xml.etree.ElementTree import Element

from streamhub.core.said import Said
from streamhub.formats import moments
from streamhub.formats.draft import Choices, Draft, DraftSession, Person
from streamhub.formats.source import Source

DAY_CHANGE: Final = time(4)
"""When a day's programme ends if the file does not say: no session begins then."""


def fits(source: Source) -> bool:
    """Tell whether a file is one."""
    return source.is_xml and _name(source.xml) == "schedule"


def read(source: Source, choices: Choices) -> Draft:  # noqa: ARG001 - it says all itself
    """Read it."""
    root = source.xml
    conference = root.find("conference")
    about = root if conference is None else conference
    draft = Draft(
        title=_said(about, "title"),
        slug=_said(about, "acronym"),
        tagline=_said(about, "subtitle"),
        timezone=_said(about, "time_zone_name"),
        venue=", ".join(filter(None, (_said(about, "venue"), _said(about, "city")))) or None,
    )
    change = moments.read_clock(_said(about, "day_change") or "") or DAY_CHANGE
    draft.tracks = [
        name
        for track in root.iter("track")
        if (name := (track.get("name") or (None if len(track) else track.text) or "").strip())
    ]
    for day in root.iter("day"):
        on = moments.read_date(day.get("date") or "")
        for room in day.iter("room"):
            name = (room.get("name") or "").strip()
            if name and name not in draft.rooms:
                draft.rooms.append(name)
            for event in room.findall("event"):
                draft.sessions.append(_session(event, name, on, change, draft))
    return draft


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _said(element: Element, name: str) -> str | None:
    return (element.findtext(name) or "").strip() or None


def _true(text: str | None) -> bool:
    return (text or "").strip().lower() in {"true", "1", "yes"}


def _session(
    event: Element, room: str, on: date | None, change: time, draft: Draft
) -> DraftSession:
    name = event.get("id") or event.get("guid") or str(len(draft.sessions) + 1)
    optout = _said(event, "recording/optout") or _said(event, "do_not_record")
    return DraftSession(
        row=Said("event {event}", event=name),
        uid=event.get("guid") or event.get("id") or _said(event, "slug"),
        title=_said(event, "title") or "",
        subtitle=_said(event, "subtitle"),
        start=start_of(_said(event, "date"), _said(event, "start"), on, change),
        duration=moments.read_duration(_said(event, "duration") or "", days_first=True),
        room=_said(event, "room") or room or None,
        track=_said(event, "track"),
        kind=_said(event, "type"),
        language=_said(event, "language"),
        abstract=_joined(_said(event, "abstract"), _said(event, "description")),
        url=_said(event, "url"),
        recorded=not _true(optout),
        streamed=not _true(_said(event, "do_not_stream")),
        people=[
            Person(name=person.text)
            for person in event.iterfind("persons/person")
            if person.text and person.text.strip()
        ],
    )


def _joined(*texts: str | None) -> str | None:
    return "\n\n".join(dict.fromkeys(filter(None, texts))) or None


def start_of(said: str | None, clock: str | None, on: date | None, change: time) -> datetime | None:
    """Find when an event starts: by its own date, or by the day that it is listed on."""
    when = moments.read_instant(said or "")
    if when is not None:
        return when
    at = moments.read_clock(clock or "")
    own_day = moments.read_date(said or "")
    if at is None or (own_day or on) is None:
        return None
    if own_day is not None:
        return datetime.combine(own_day, at)
    night = timedelta(days=1) if at < change else timedelta()
    return datetime.combine(on, at) + night  # type: ignore[arg-type]  # one of the two is there
