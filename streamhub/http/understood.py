"""What a file says to an event: read with what the event knows, and laid out to look at."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from streamhub.core.agenda import Agenda
from streamhub.core.event import EventState
from streamhub.formats import own
from streamhub.formats.draft import Ask, Choices, Note, Reading
from streamhub.formats.problems import AgendaFileError, Problem
from streamhub.formats.sniff import read_any
from streamhub.formats.source import Source
from streamhub.hub.swap import difference_of


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
        notes.append(
            Note("assumed", None, "timezone", f"The event's zone is used, {agenda.timezone}.")
        )
    if "title" in missing:
        choices = replace(choices, title=agenda.title)
        notes.append(Note("assumed", None, "title", "The event keeps its title."))
    if not notes:
        return reading
    again = read_any(source, choices)
    return replace(again, notes=(*again.notes, *notes))


def columns_of(said: Sequence[str]) -> dict[str, str] | None:
    """Return which column is what, of `title=Vortrag` and the like."""
    parts = (one.partition("=") for one in said)
    return {name.strip(): column.strip() for name, mark, column in parts if mark} or None


def version_of(reading: Reading) -> str | None:
    """Name what a file says: the same words are the same version, whatever else it holds."""
    if reading.agenda is None:
        return None
    return hashlib.sha256(own.write_json(reading.agenda, reading.slug)).hexdigest()[:32]


def laid_out(state: EventState, reading: Reading) -> dict[str, Any]:
    """Lay out what was understood, and what it would change."""
    shown = reading.preview
    return {
        "format": reading.format,
        "slug": reading.slug,
        "notes": [_note(note) for note in reading.notes],
        "asks": [_ask(ask) for ask in reading.asks],
        "problems": [_problem(one) for one in reading.problems],
        "agenda": None if shown is None else own.as_file(shown, reading.slug),
        "difference": None if shown is None else difference_of(state, shown),
    }


def nothing_understood(error: AgendaFileError) -> dict[str, Any]:
    """Lay out what is wrong with a file that is no agenda at all."""
    nothing = dict.fromkeys(("format", "slug", "agenda", "difference"))
    problems = [_problem(one) for one in error.problems]
    return {**nothing, "notes": [], "asks": [], "problems": problems}


def _note(note: Note) -> dict[str, str | None]:
    return {"level": note.level, "row": note.row, "field": note.field or None, "text": note.text}


def _ask(ask: Ask) -> dict[str, Any]:
    return {
        "what": ask.what,
        "why": ask.why,
        "options": list(ask.options),
        "needed": ask.needed,
    }


def _problem(one: Problem) -> dict[str, str | int | None]:
    return {"where": one.where, "line": one.line, "message": one.message, "hint": one.hint}
