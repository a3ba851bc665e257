"""Test streams for an event: one for each language of each room, on the air and afterwards."""

import asyncio
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import get_timezone_location

from streamhub.core.agenda import Agenda
from streamhub.core.event import EventState
from streamhub.core.ids import ActorId, Ms, RoomId
from streamhub.core.roles import Actor, Role
from streamhub.core.rundown import Status
from streamhub.core.streams import SetRecording, SetStream, SourceKind, SourceWish
from streamhub.hub.hub import EventHub
from streamhub.hub.secrets import fresh_id
from streamhub.protocol.commands import Wish
from streamhub.testcard.card import Card
from streamhub.testcard.hls import SEGMENT_MS, Feed
from streamhub.testcard.routes import live_url, recording_url

_NOTES: Final = {
    "en": "Test picture of the demonstration",
    "es": "Imagen de prueba de la demostración",
}
_ACCENT: Final = "#006872"


def languages(agenda: Agenda) -> tuple[str, ...]:
    """Return the languages that each room is streamed in, the main one first."""
    return agenda.languages or ("en",)


def name_of(room: RoomId, language: str) -> str:
    """Return the name of the stream of `room` in `language`."""
    return f"{room}-{language}"


def feeds(agenda: Agenda) -> dict[str, Feed]:
    """Return all streams of an event, by name."""
    zone = ZoneInfo(agenda.timezone)
    return {
        name_of(room.id, language): Feed(
            Card(
                title=agenda.title,
                room=room.name,
                language=language,
                zone=zone,
                place=_place(agenda.timezone, language),
                accent=agenda.accent or _ACCENT,
                note=_NOTES.get(language, _NOTES["en"]),
            )
        )
        for room in agenda.rooms.values()
        for language in languages(agenda)
    }


async def put_on_air(hub: EventHub) -> None:
    """Give the viewers of each room its test streams."""
    agenda = hub.state.agenda
    for room in agenda.rooms:
        sources = tuple(
            SourceWish(
                url=live_url(name_of(room, language)),
                kind=SourceKind.HLS,
                language=language,
                label=_spoken(language),
            )
            for language in languages(agenda)
        )
        await _do(hub, SetStream(room=room, sources=sources))


async def keep_recordings(hub: EventHub, pace_s: float = 2.0) -> None:
    """Until cancelled: once the sessions of a room are over, let its recording be watched."""
    kept: dict[RoomId, tuple[Ms, Ms]] = {}
    while True:
        for room in hub.state.agenda.rooms:
            span = _past(hub.state, room)
            if span is not None and span != kept.get(room):
                kept[room] = span
                name = name_of(room, languages(hub.state.agenda)[0])
                start, end = span
                url = recording_url(name, start, end)
                await _do(hub, SetRecording(room=room, url=url, started_at=start))
        await asyncio.sleep(pace_s)


def _past(state: EventState, room: RoomId) -> tuple[Ms, Ms] | None:
    """Return from when to when sessions of a room ran; None while one is to come or on."""
    order = state.agenda.running_order(room)
    progress = [state.rundown.of(session) for session in order]
    over = {Status.ENDED, Status.SKIPPED, Status.CANCELLED}
    runs = [run for one in progress for run in one.runs]
    if not runs or any(one.status not in over for one in progress):
        return None
    first = min(run.started_at for run in runs)
    last = max(run.ended_at or run.started_at for run in runs)
    margin = SEGMENT_MS
    return first // SEGMENT_MS * SEGMENT_MS - margin, last + margin


async def _do(hub: EventHub, command: SetStream | SetRecording) -> None:
    producer = Actor(id=ActorId(fresh_id()), role=Role.PRODUCER)
    await hub.submit(Wish(fresh_id(), fresh_id(), command), producer)


def _spoken(language: str) -> str:
    locale = Locale.parse(language, sep="-")
    return (locale.get_language_name(locale) or language).capitalize()


def _place(zone: str, language: str) -> str:
    locale = Locale.parse(language, sep="-")
    return get_timezone_location(zone, locale=locale, return_city=True)
