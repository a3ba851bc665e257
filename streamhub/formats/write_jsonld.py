"""schema.org's Event, for search engines: it stands in the public page as JSON-LD.

With its recordings as VideoObjects, whose chapters are Clips
(developers.google.com/search/docs/appearance/structured-data/video#clip).
"""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode

from streamhub.core.agenda import Room, Speaker
from streamhub.core.ids import RoomId, SessionId
from streamhub.core.published import Item, Published
from streamhub.core.recorded import Recorded
from streamhub.formats.export import absolute, local, page_of, zone_of

MOST: Final = 400
"""How many sessions are told one by one; the page of a larger event would get too heavy."""
_ON: Final = "https://schema.org/EventScheduled"
_OFF: Final = "https://schema.org/EventCancelled"
_MOVED: Final = "https://schema.org/EventRescheduled"
_HYBRID: Final = "https://schema.org/MixedEventAttendanceMode"
_HERE: Final = "https://schema.org/OfflineEventAttendanceMode"


def describe(event: Published, recordings: Sequence[Recorded] = ()) -> dict[str, object]:
    """Return the event as JSON-LD, with what there is to watch of it."""
    agenda, zone = event.agenda, zone_of(event)
    streams = any(room.stream for room in agenda.rooms.values())
    whole: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "@id": event.url,
        "url": event.url,
        "name": agenda.title,
        **_said(description=agenda.summary or agenda.tagline),
        "startDate": local(agenda.starts_at, zone).isoformat(),
        "endDate": local(agenda.ends_at, zone).isoformat(),
        "eventStatus": _ON,
        "eventAttendanceMode": _HYBRID if streams else _HERE,
        "inLanguage": list(agenda.languages),
        "location": [
            {"@type": "Place", "name": agenda.venue or agenda.title} | _said(address=agenda.venue),
            *([{"@type": "VirtualLocation", "url": event.url}] if streams else []),
        ],
    }
    if len(event.items) <= MOST:
        whole["subEvent"] = [_session(event, item) for item in event.items]
    if recordings:
        whole["recordedIn"] = [_recording(event, one) for one in recordings]
    return whole


def _recording(event: Published, one: Recorded) -> dict[str, object]:
    named = {"session": one["session"]} if "session" in one else {"room": one["room"]}
    agenda = event.agenda
    page = f"{event.url}/archive?{urlencode(named)}"
    plays_here = one["kind"] in {"hls", "file"}
    return {
        "@type": "VideoObject",
        "name": agenda.sessions[SessionId(one["session"])].title
        if "session" in one
        else agenda.rooms[RoomId(one["room"])].name,
        "description": agenda.title,
        "uploadDate": local(one["started_at"], zone_of(event)).isoformat(),
        "url": page,
        ("contentUrl" if plays_here else "sameAs"): absolute(event, one["url"]),
        "hasPart": [
            {
                "@type": "Clip",
                "name": chapter["title"],
                "startOffset": chapter["at_s"],
                "endOffset": chapter["end_s"],
                "url": f"{page}&t={chapter['at_s']}",
            }
            for chapter in one["chapters"]
            if not chapter["pause"]
        ],
    }


def _said(**fields: str | None) -> dict[str, object]:
    return {key: value for key, value in fields.items() if value}


def _session(event: Published, item: Item) -> dict[str, object]:
    zone = zone_of(event)
    status = _OFF if item.is_off else _ON if item.start_at == item.plan.start_at else _MOVED
    moved = status == _MOVED
    told: dict[str, object] = {
        "@type": "Event",
        "@id": page_of(event, item),
        "url": absolute(event, item.plan.url) if item.plan.url else page_of(event, item),
        "name": item.plan.title,
        "startDate": local(item.start_at, zone).isoformat(),
        "endDate": local(item.end_at, zone).isoformat(),
        **_said(
            previousStartDate=local(item.plan.start_at, zone).isoformat() if moved else None,
            inLanguage=item.plan.language,
            about=item.track.name if item.track else None,
        ),
        "eventStatus": status,
        "location": _place(event, item.room),
    }
    if item.speakers:
        told["performer"] = [_person(one) for one in item.speakers]
    return told


def _place(event: Published, room: Room) -> dict[str, object]:
    address = ", ".join(part for part in (room.place, event.agenda.venue) if part)
    return {"@type": "Place", "name": room.name, **_said(address=address or room.name)}


def _person(speaker: Speaker) -> dict[str, object]:
    return {
        "@type": "Person",
        "name": speaker.name,
        **_said(jobTitle=speaker.role, affiliation=speaker.affiliation),
    }
