"""`schedule.json` (c3voc, version 1) and `schedule.xml` (frab, c3voc): what conference apps read.

Both are made of the same tree and are valid against c3voc's schemas. What was cancelled is not in
them: neither has a word for it. A day lasts until four in the morning.
"""

import json
import re
from collections.abc import Iterable
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from streamhub.core.agenda import Speaker
from streamhub.core.published import Item, Published
from streamhub.formats.export import (
    Day,
    Names,
    absolute,
    acronym,
    clock,
    colour_of,
    days_of,
    local,
    minutes,
    page_of,
    plain,
    zone_of,
)

GENERATOR: Final = "streamhub"
SLOT: Final = "00:05"
_ZONE: Final = re.compile(r"[A-Z][a-z]+/[A-Z][a-z]+.*|UTC")
"""Names of zones that the schema knows."""


def write_json(event: Published) -> bytes:
    """Write `schedule.json`."""
    agenda, names = event.agenda, Names(event)
    days = days_of(event)
    conference = {
        "acronym": acronym(event),
        "title": agenda.title,
        **_said(description=agenda.summary or agenda.tagline),
        "start": days[0].date.isoformat(),
        "end": days[-1].date.isoformat(),
        "daysCount": len(days),
        "timeslot_duration": SLOT,
        **_said(time_zone_name=agenda.timezone if _ZONE.fullmatch(agenda.timezone) else None),
        **({"colors": {"primary": agenda.accent}} if agenda.accent else {}),
        "url": event.url,
        "tracks": [
            {"name": track.name, "color": colour_of(event, track.id)}
            for track in sorted(agenda.tracks.values(), key=lambda one: one.id)
        ],
        "rooms": [
            {"name": names.rooms[room.id], "guid": names.of_room(room.id)}
            | _said(description=room.place)
            for room in event.rooms()
        ],
        "days": [_day(event, day, names) for day in days],
    }
    tree = {
        "$schema": "https://c3voc.de/schedule/schema.json",
        "generator": {"name": GENERATOR},
        "schedule": {
            "version": str(event.editions.number),
            "base_url": event.url,
            "conference": conference,
        },
    }
    return (json.dumps(tree, ensure_ascii=False, indent=1) + "\n").encode()


def _said(**fields: str | None) -> dict[str, object]:
    return {key: value for key, value in fields.items() if value}


def _day(event: Published, day: Day, names: Names) -> dict[str, object]:
    return {
        "index": day.index,
        "date": day.date.isoformat(),
        "day_start": day.starts.isoformat(),
        "day_end": day.ends.isoformat(),
        "rooms": {
            names.rooms[room.id]: [
                _event(event, item, names) for item in day.items if item.room.id == room.id
            ]
            for room in event.rooms()
        },
    }


def _event(event: Published, item: Item, names: Names) -> dict[str, object]:
    plan, zone = item.plan, zone_of(event)
    start = local(item.start_at, zone)
    return {
        "guid": names.guid(plan.id),
        "id": names.number(plan.id),
        "date": start.isoformat(),
        "start": f"{start:%H:%M}",
        "end": local(item.end_at, zone).isoformat(),
        "duration": clock(minutes(item)),
        "room": names.rooms[plan.room],
        "slug": _slug(event, item),
        "url": page_of(event, item),
        **({"origin_url": absolute(event, plan.url)} if plan.url else {}),
        "title": plan.title,
        "subtitle": plan.subtitle,
        "track": item.track.name if item.track else None,
        "type": plan.kind.value,
        "language": plan.language,
        "abstract": plan.abstract,
        "description": None,
        "do_not_record": not plan.recorded,
        "do_not_stream": not plan.streamed,
        "persons": [_person(person, names) for person in item.speakers],
        "links": [],
    }


def _slug(event: Published, item: Item) -> str:
    return f"{acronym(event)}-session-{item.plan.id}"


def _person(person: Speaker, names: Names) -> dict[str, object]:
    return {
        "guid": names.of_person(person.id),
        "name": person.name,
        "public_name": person.name,
        "biography": person.biography,
    }


# --- XML ---------------------------------------------------------------------------------------


def write_xml(event: Published) -> bytes:
    """Write `schedule.xml`."""
    agenda, names = event.agenda, Names(event)
    days = days_of(event)
    root = Element("schedule")
    SubElement(root, "generator", name=GENERATOR)
    _leaf(root, "url", f"{event.url}/schedule.xml")
    _leaf(root, "version", str(event.editions.number))
    conference = SubElement(root, "conference")
    _leaf(conference, "title", agenda.title)
    _leaf(conference, "acronym", acronym(event))
    _leaf(conference, "start", days[0].date.isoformat())
    _leaf(conference, "end", days[-1].date.isoformat())
    _leaf(conference, "days", str(len(days)))
    _leaf(conference, "timeslot_duration", SLOT)
    _leaf(conference, "base_url", event.url)
    _leaf(conference, "url", event.url)
    _leaf(conference, "time_zone_name", agenda.timezone)
    if agenda.accent:
        SubElement(conference, "color", primary=agenda.accent)
    for track in sorted(agenda.tracks.values(), key=lambda one: one.id):
        SubElement(
            conference, "track", name=plain(track.name), color=colour_of(event, track.id)
        ).text = plain(track.name)
    for day in days:
        _day_element(root, event, day, names)
    indent(root)
    text: bytes = tostring(root, "utf-8")
    return b"<?xml version='1.0' encoding='utf-8'?>\n" + text + b"\n"


def _leaf(parent: Element, name: str, text: str | None) -> None:
    SubElement(parent, name).text = plain(text)


def _day_element(root: Element, event: Published, day: Day, names: Names) -> None:
    inside = SubElement(
        root,
        "day",
        index=str(day.index),
        date=day.date.isoformat(),
        start=day.starts.isoformat(),
        end=day.ends.isoformat(),
    )
    for room in event.rooms():
        name = plain(names.rooms[room.id])
        there = SubElement(inside, "room", name=name, guid=names.of_room(room.id))
        for item in day.items:
            if item.room.id == room.id:
                _event_element(there, event, item, names)


def _event_element(room: Element, event: Published, item: Item, names: Names) -> None:
    plan = item.plan
    number, guid = str(names.number(plan.id)), names.guid(plan.id)
    inside = SubElement(room, "event", id=number, guid=guid)
    start = local(item.start_at, zone_of(event))
    _leaf(inside, "room", names.rooms[plan.room])
    _leaf(inside, "title", plan.title)
    _leaf(inside, "subtitle", plan.subtitle)
    _leaf(inside, "type", plan.kind.value)
    _leaf(inside, "date", start.isoformat())
    _leaf(inside, "start", f"{start:%H:%M}")
    _leaf(inside, "duration", clock(minutes(item)))
    _leaf(inside, "abstract", plan.abstract)
    _leaf(inside, "slug", _slug(event, item))
    _leaf(inside, "track", item.track.name if item.track else "")
    _leaf(inside, "language", plan.language)
    _leaf(inside, "description", "")
    recording = SubElement(inside, "recording")
    _leaf(recording, "license", "")
    _leaf(recording, "optout", "false" if plan.recorded else "true")
    _people(inside, item.speakers, names)
    SubElement(inside, "links")
    _leaf(inside, "url", page_of(event, item))
    if plan.url:
        _leaf(inside, "origin_url", absolute(event, plan.url))


def _people(inside: Element, speakers: Iterable[Speaker], names: Names) -> None:
    people = SubElement(inside, "persons")
    for person in speakers:
        SubElement(people, "person", guid=names.of_person(person.id)).text = plain(person.name)
