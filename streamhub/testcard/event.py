"""Test streams for an event: one for each language of each room."""

from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import get_timezone_location

from streamhub.core.agenda import Agenda
from streamhub.core.ids import RoomId
from streamhub.testcard.card import Card
from streamhub.testcard.hls import Feed

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


def _place(zone: str, language: str) -> str:
    locale = Locale.parse(language, sep="-")
    return get_timezone_location(zone, locale=locale, return_city=True)
