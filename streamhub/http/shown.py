"""What organisers are shown of an agenda before it is taken: the plan to draw, and the difference.

Everything here is said as people read it: rooms, tracks and speakers by their names.
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Final, Literal, cast

from streamhub.core.agenda import Agenda, Session
from streamhub.core.event import EventState
from streamhub.core.ids import SessionId
from streamhub.core.replacing import Difference, difference
from streamhub.core.rundown import Running, Status
from streamhub.formats import own
from streamhub.formats.columns import FIELDS
from streamhub.formats.draft import Note, Reading
from streamhub.formats.problems import AgendaFileError, Problem
from streamhub.formats.registry import IMPORTERS
from streamhub.http.render import Say
from streamhub.protocol.messages import (
    AgendaDifference,
    AgendaNote,
    AgendaPreview,
    AgendaProblem,
    NamedSession,
)
from streamhub.protocol.organising import FieldChange, PlanSession, PlanView, Shown

Becomes = Literal["same", "added", "moved", "changed", "gone", "restored"]

_MOVES: Final = frozenset({"start_at", "room"})
_OF_EVENT: Final = ("title", "tagline", "summary", "venue", "timezone", "accent")


def broken(error: AgendaFileError, say: Say = str) -> AgendaPreview:
    """Tell why a file cannot be read; `say` says it in somebody's language."""
    return {
        "format": None,
        "label": None,
        "slug": None,
        "notes": [],
        "asks": [],
        "problems": [_problem(one, say) for one in error.problems],
        "columns": [],
        "fields": [],
        "agenda": None,
        "difference": None,
        "plan": None,
        "seen": None,
    }


def preview(
    state: EventState, reading: Reading, say: Say = str, *, whole: bool = True
) -> AgendaPreview:
    """Tell what a file says, and what it would change; `whole` with the agenda itself."""
    shown = reading.preview
    changed = None if shown is None else Changed(state, shown)
    told: AgendaPreview = {
        "format": reading.format,
        "label": next((say(one.label) for one in IMPORTERS if one.name == reading.format), None),
        "slug": reading.slug,
        "notes": [_note(one, say) for one in reading.notes],
        "asks": [
            {"what": one.what, "why": say(one.why), "options": [*one.options], "needed": one.needed}
            for one in reading.asks
        ],
        "problems": [_problem(one, say) for one in reading.problems],
        "columns": [
            {
                "number": one.number,
                "heading": one.heading,
                "samples": [*one.samples],
                "field": one.field,
            }
            for one in reading.columns
        ],
        "fields": [*FIELDS] if reading.columns else [],
        "difference": None if changed is None else changed.told(),
        "plan": None if changed is None else changed.plan(),
        "seen": None if changed is None or reading.agenda is None else changed.seen(),
    }
    if whole:
        told["agenda"] = None if shown is None else own.as_file(shown, reading.slug)
    return told


def _note(one: Note, say: Say) -> AgendaNote:
    return {
        "level": one.level,
        "row": None if one.row is None else say(one.row),
        "line": one.line,
        "field": one.field or None,
        "text": say(one.text),
    }


def _problem(one: Problem, say: Say) -> AgendaProblem:
    return {
        "where": one.where,
        "line": one.line,
        "message": say(one.message),
        "hint": say(one.hint),
    }


class Changed:
    """What another agenda would make of an event."""

    def __init__(self, state: EventState, agenda: Agenda) -> None:
        self.state = state
        self.old = state.agenda
        self.new, self.found = difference(Running(state.agenda, state.rundown), agenda)

    def seen(self) -> str:
        """Return what stands for all that is shown: another agenda or another event has another."""
        written = own.write_json(self.new, self.state.slug)
        told = json.dumps(self.told(), sort_keys=True).encode()
        return hashlib.sha256(written + told).hexdigest()[:32]

    def told(self) -> AgendaDifference:
        """Return the difference, field by field."""
        found: Difference = self.found
        return {
            "added": self._named(found.added),
            "gone": self._named(found.gone),
            "restored": self._named(found.restored),
            "changes": [
                {
                    "session": name,
                    "title": self.new.sessions[name].title,
                    "fields": [*fields],
                    "changes": [self._field(name, field) for field in fields],
                }
                for name, fields in found.changes
            ],
            "live": self._named(found.live),
            "event": self._event(),
            "same": self.new == self.old,
        }

    def plan(self) -> PlanView:
        """Return the sessions as they would be, with what becomes of each."""
        becomes: dict[SessionId, Becomes] = {
            name: "moved" if _MOVES & {*fields} else "changed"
            for name, fields in self.found.changes
        }
        becomes |= dict.fromkeys(self.found.added, "added")
        becomes |= dict.fromkeys(self.found.gone, "gone")
        becomes |= dict.fromkeys(self.found.restored, "restored")
        rooms = sorted(self.new.rooms.values(), key=lambda room: (room.order, room.id))
        place = {room.id: i for i, room in enumerate(rooms)}
        listed = [
            one
            for one in self.new.sessions.values()
            if one.id in becomes or self.state.rundown.of(one.id).status is not Status.CANCELLED
        ]
        listed.sort(key=lambda one: (one.start_at, place[one.room], one.id))
        used = {one.room for one in listed}
        return {
            "title": self.new.title,
            "timezone": self.new.timezone,
            "rooms": [{"room": room.id, "name": room.name} for room in rooms if room.id in used],
            "sessions": [self._session(one, becomes.get(one.id, "same")) for one in listed],
        }

    def _session(self, one: Session, becomes: Becomes) -> PlanSession:
        return {
            "session": one.id,
            "title": one.title,
            "room": one.room,
            "start_at": one.start_at,
            "end_at": one.end_at,
            "kind": one.kind.value,
            "speakers": [self.new.speakers[name].name for name in one.speakers],
            "becomes": becomes,
        }

    def _named(self, names: Sequence[SessionId]) -> list[NamedSession]:
        return [{"session": name, "title": self.new.sessions[name].title} for name in names]

    def _field(self, name: SessionId, field: str) -> FieldChange:
        was = _value(self.old, self.old.sessions[name], field)
        will = _value(self.new, self.new.sessions[name], field)
        return {"field": field, "was": was, "will": will}

    def _event(self) -> list[FieldChange]:
        """Return what would be another of the event itself: its words, zones and rooms."""
        pairs: list[tuple[str, Shown, Shown]] = [
            (field, getattr(self.old, field), getattr(self.new, field)) for field in _OF_EVENT
        ]
        pairs.append(("languages", [*self.old.languages], [*self.new.languages]))
        pairs.append(
            ("zones", [one.label for one in self.old.zones], [one.label for one in self.new.zones])
        )
        for room in sorted(self.new.rooms.values(), key=lambda room: (room.order, room.id)):
            before = self.old.rooms.get(room.id)
            pairs.append(("room", None if before is None else before.name, room.name))
        return [
            {"field": field, "was": was, "will": will} for field, was, will in pairs if was != will
        ]


def _value(agenda: Agenda, session: Session, field: str) -> Shown:
    """Return a field of a session as people read it."""
    match field:
        case "room":
            return agenda.rooms[session.room].name
        case "track":
            return None if session.track is None else agenda.tracks[session.track].name
        case "speakers":
            people = (agenda.speakers[name] for name in session.speakers)
            return [", ".join(filter(None, (one.name, one.affiliation))) for one in people]
        case _:
            return cast("Shown", getattr(session, field))
