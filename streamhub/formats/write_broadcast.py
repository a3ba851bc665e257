"""The shape that pretalx-broadcast-tools gives and its consumers read (info-beamer, voctomix, OBS).

Two files under one address, `event.json` and `schedule.json`: such a consumer takes the event's
public page for pretalx's.
"""

import json
from typing import Final

from streamhub.core.published import Item, Published
from streamhub.formats.export import (
    Names,
    colour_of,
    days_of,
    local,
    page_of,
    zone_of,
)

COLOUR: Final = "#006872"
"""Of an event that has none."""


def write_event(event: Published, no_talk: str) -> bytes:
    """Write `event.json`; `no_talk` is said while nothing runs."""
    agenda, names = event.agenda, Names(event)
    days = days_of(event)
    return _json(
        {
            "slug": event.slug,
            "name": agenda.title,
            "color": agenda.accent or COLOUR,
            "no_talk": no_talk,
            "room-info": {"lower_info": "", "show_next_talk": True},
            "rooms": {names.of_room(room.id): names.rooms[room.id] for room in event.rooms()},
            "start": days[0].date.isoformat(),
            "end": days[-1].date.isoformat(),
            "timezone": agenda.timezone,
            "locale": agenda.languages[0],
        }
    )


def write_schedule(event: Published) -> bytes:
    """Write `schedule.json`: what takes place, with the times that hold now."""
    names = Names(event)
    return _json(
        {
            "rooms": sorted(names.rooms.values()),
            "talks": [_talk(event, item, names) for item in event.items if not item.is_off],
        }
    )


def _talk(event: Published, item: Item, names: Names) -> dict[str, object]:
    plan, zone = item.plan, zone_of(event)
    page = page_of(event, item)
    return {
        "id": names.number(plan.id),
        "start": local(item.start_at, zone).isoformat(),
        "start_ts": item.start_at // 1000,
        "end": local(item.end_at, zone).isoformat(),
        "end_ts": item.end_at // 1000,
        "slug": f"{event.slug}-{plan.id}",
        "title": plan.title,
        "persons": [person.name for person in item.speakers],
        "track": item.track and {"color": colour_of(event, item.track.id), "name": item.track.name},
        "room": names.rooms[plan.room],
        "infoline": "",
        "image_url": "",
        "locale": plan.language or event.agenda.languages[0],
        "do_not_record": not plan.recorded,
        "abstract": plan.abstract or "",
        "urls": {
            "feedback": page,
            "feedback_qr": f"{event.url}/qr.svg",
            "public": page,
            "public_qr": f"{event.url}/qr.svg",
        },
    }


def _json(tree: dict[str, object]) -> bytes:
    return json.dumps(tree, ensure_ascii=False).encode()
