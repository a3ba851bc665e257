"""What a file says to an event: read with what the event knows. `shown.py` lays it out."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from streamhub.core.agenda import Agenda
from streamhub.core.said import Said
from streamhub.formats import own
from streamhub.formats.draft import Choices, Note, Reading
from streamhub.formats.sniff import read_any
from streamhub.formats.source import Source


def read_for(source: Source, choices: Choices, agenda: Agenda) -> Reading:
    """Read a file; what it does not say of the event is what the event says.

    Raises:
        AgendaFileError: where it is no agenda at all.
    """
    reading = read_any(source, choices)
    missing = {ask.what for ask in reading.asks if ask.needed}
    notes = []
    if "timezone" in missing and choices.timezone is None:
        choices = replace(choices, timezone=agenda.timezone)
        text = Said("The event's zone is used, {zone}.", zone=agenda.timezone)
        notes.append(Note("assumed", None, "timezone", text))
    if "title" in missing:
        choices = replace(choices, title=agenda.title)
        notes.append(Note("assumed", None, "title", Said("The event keeps its title.")))
    if not notes:
        return reading
    again = read_any(source, choices)
    open_ = tuple(replace(ask, needed=False) for ask in reading.asks if ask.what == "timezone")
    return replace(again, notes=(*again.notes, *notes), asks=(*again.asks, *open_))


def columns_of(said: Sequence[str]) -> dict[str, str] | None:
    """Return which column is what, of `title=Vortrag` and the like."""
    parts = (one.partition("=") for one in said)
    return {name.strip(): column.strip() for name, mark, column in parts if mark} or None


def version_of(reading: Reading) -> str | None:
    """Name what a file says: the same words are the same version, whatever else it holds."""
    if reading.agenda is None:
        return None
    return hashlib.sha256(own.write_json(reading.agenda, reading.slug)).hexdigest()[:32]
