"""Indico's HTTP export: a timetable, or an event with its contributions or sessions.

A session block that has contributions is their heading, not a session beside them. Hashes of e-mail
addresses and addresses themselves are not read at all.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from streamhub.core.said import Said
from streamhub.formats import moments
from streamhub.formats.draft import Choices, Draft, DraftSession, Person
from streamhub.formats.look import mapping, number, person, rows, text
from streamhub.formats.source import Source


def fits(source: Source) -> bool:
    """Tell whether a file is one."""
    if not source.is_json:
        return False
    top = mapping(source.json)
    return any(True for _ in _timetable(top)) or any(
        "contributions" in one or "sessions" in one or str(one.get("_type")) == "Conference"
        for one in rows(top.get("results"))
    )


def _timetable(top: dict[str, object]) -> Iterator[dict[str, object]]:
    """The entries of all days of a timetable, whichever event they are of."""
    for event in mapping(top.get("results")).values():
        for day, entries in mapping(event).items():
            if len(day) == len("20270512") and day.isdigit():
                yield from rows(list(mapping(entries).values()))


def read(source: Source, choices: Choices) -> Draft:  # noqa: ARG001 - it says all itself
    """Read it."""
    top = mapping(source.json)
    draft = Draft()
    entries = list(_timetable(top))
    for event in rows(top.get("results")):
        draft.title = draft.title or text(event.get("title"))
        draft.summary = draft.summary or text(event.get("description"))
        draft.timezone = draft.timezone or text(event.get("timezone"))
        places = (text(event.get("room")), text(event.get("location")), text(event.get("address")))
        draft.venue = draft.venue or ", ".join(filter(None, places)) or None
        entries += rows(event.get("sessions"))
        entries += rows(event.get("contributions"))
    seen: set[str] = set()
    for entry in entries:
        _read_entry(entry, draft, seen, None)
    return draft


def _read_entry(
    entry: dict[str, object], draft: Draft, seen: set[str], block: dict[str, object] | None
) -> None:
    inner = rows(list(mapping(entry.get("entries")).values())) or rows(entry.get("contributions"))
    if inner:
        for one in inner:
            _read_entry(one, draft, seen, entry)
        return
    kind = text(entry.get("entryType")) or text(entry.get("_type")) or ""
    uid = text(entry.get("uniqueId")) or text(entry.get("id")) or text(entry.get("db_id"))
    key = f"{kind} {uid} {entry.get('startDate')}"
    if uid is not None and key in seen:
        return
    seen.add(key)
    start, zone = _instant(entry.get("startDate"))
    end, _ = _instant(entry.get("endDate"))
    draft.timezone = draft.timezone or zone
    minutes = number(entry.get("duration"))
    around = block or {}
    slot = text(entry.get("slotTitle"))
    title = text(entry.get("title")) or ""
    draft.sessions.append(
        DraftSession(
            row=Said("entry {entry}", entry=uid or f"{len(draft.sessions) + 1}"),
            uid=uid,
            title=f"{title}: {slot}" if slot and slot != title else title,
            start=start,
            end=end,
            duration=None if end or minutes is None else timedelta(minutes=max(0, minutes)),
            room=text(entry.get("room")) or text(around.get("room")) or text(entry.get("location")),
            track=text(entry.get("track"))
            or text(entry.get("session"))
            or text(around.get("title")),
            kind="break"
            if kind.lower().startswith("break")
            else text(mapping(entry.get("type")).get("name")) or text(entry.get("type")),
            abstract=text(entry.get("description")),
            url=text(entry.get("url")),
            people=_people(entry),
        )
    )


def _instant(node: object) -> tuple[datetime | None, str | None]:
    if isinstance(node, str):
        return moments.read_instant(node), None
    said = mapping(node)
    day, at = moments.read_date(text(said.get("date")) or ""), text(said.get("time"))
    clock = moments.read_clock((at or "").partition(".")[0])
    if day is None or clock is None:
        return None, None
    return datetime.combine(day, clock), text(said.get("tz"))


def _people(entry: dict[str, object]) -> list[Person | str]:
    found: list[Person | str] = []
    for part in ("presenters", "speakers", "conveners"):
        for one in rows(entry.get(part)):
            names = (
                one.get("first_name") or one.get("firstName"),
                one.get("last_name") or one.get("familyName"),
            )
            name = " ".join(filter(None, map(text, names))) or text(
                one.get("fullName") or one.get("name")
            )
            made = person(name, affiliation=one.get("affiliation"))
            if made is not None:
                found.append(made)
        if found:
            break
    return found
