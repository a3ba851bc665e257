"""`schedule.json` of frab, pretalx and c3voc: version 1 with days and rooms, and 2 (draft).

Version 2 has one list of events with `start`, `end` and `participants`; rooms and tracks are names
or objects.
"""

from datetime import date, time, timedelta

from streamhub.core.said import Said
from streamhub.formats import moments
from streamhub.formats.draft import Choices, Draft, DraftSession, Person
from streamhub.formats.frab_xml import DAY_CHANGE, start_of
from streamhub.formats.look import listing, mapping, person, rows, text, texts, truth
from streamhub.formats.source import Source


def fits(source: Source) -> bool:
    """Tell whether a file is one."""
    return source.is_json and bool(_conference(source))


def _schedule(source: Source) -> dict[str, object]:
    tree = mapping(source.json)
    return mapping(tree.get("schedule")) or tree


def _conference(source: Source) -> dict[str, object]:
    return mapping(_schedule(source).get("conference"))


def read(source: Source, choices: Choices) -> Draft:  # noqa: ARG001 - it says all itself
    """Read it."""
    schedule, about = _schedule(source), _conference(source)
    draft = Draft(
        title=text(about.get("title")),
        slug=text(about.get("acronym")),
        summary=text(about.get("description")),
        timezone=text(about.get("time_zone_name")),
        venue=text(about.get("venue")),
        rooms=[name for one in listing(about.get("rooms")) if (name := _name(one))],
        tracks=[name for one in listing(about.get("tracks")) if (name := _name(one))],
        languages=[code for one in listing(about.get("languages")) if (code := text(one))],
    )
    change = moments.read_clock(text(about.get("day_change")) or "") or DAY_CHANGE
    for day in rows(about.get("days")):
        on = moments.read_date(text(day.get("date")) or "")
        for room, events in mapping(day.get("rooms")).items():
            if room not in draft.rooms:
                draft.rooms.append(room)
            draft.sessions += [
                _session(one, room, on, change, len(draft.sessions) + i)
                for i, one in enumerate(rows(events), 1)
            ]
    for one in [*rows(schedule.get("events")), *rows(about.get("events"))]:
        draft.sessions.append(_session(one, None, None, change, len(draft.sessions) + 1))
    return draft


def _name(node: object) -> str | None:
    return text(mapping(node).get("name")) if isinstance(node, dict) else text(node)


def _session(
    event: dict[str, object], room: str | None, on: date | None, change: time, number: int
) -> DraftSession:
    said = text(event.get("start"))
    start = moments.read_instant(said or "")
    if start is None:
        start = start_of(text(event.get("date")), said, on, change)
    end = moments.read_instant(text(event.get("end")) or "")
    length = text(event.get("duration")) or ""
    people = [
        made
        for one in [*listing(event.get("persons")), *listing(event.get("participants"))]
        if (made := _person(one)) is not None
    ]
    return DraftSession(
        row=Said(
            "event {event}", event=text(event.get("id")) or text(event.get("guid")) or str(number)
        ),
        uid=text(event.get("guid")) or text(event.get("id")) or text(event.get("slug")),
        title=text(event.get("title")) or "",
        subtitle=text(event.get("subtitle")),
        start=start,
        end=end,
        duration=None if end else _duration(length),
        room=_name(event.get("room")) or room,
        track=_name(event.get("track")),
        kind=text(event.get("type")),
        language=text(event.get("language")),
        abstract=texts(event.get("abstract"), event.get("description")),
        url=text(event.get("url")),
        recorded=not truth(event.get("do_not_record")),
        streamed=not truth(event.get("do_not_stream")),
        status=text(event.get("state")),
        people=list(people),
    )


def _duration(said: str) -> timedelta | None:
    return moments.read_duration(said, days_first=True)


def _person(node: object) -> Person | None:
    about = mapping(node)
    inner = mapping(about.get("person")) or about
    return person(
        inner.get("public_name") or inner.get("full_public_name") or inner.get("name"),
        biography=inner.get("biography"),
    )
