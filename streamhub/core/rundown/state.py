"""What is kept of the running of rooms and sessions, and what can be read off it.

Only values and readings that need no clock: expected times are in `forecast.py`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from streamhub.core.agenda import Agenda, Session
from streamhub.core.ids import ActorId, Ms, RoomId, SessionId
from streamhub.core.table import Map, Table

UNDO_DEPTH: Final = 50


class Status(StrEnum):
    """Where a session stands. Transitions are in `MAY`."""

    SCHEDULED = "scheduled"
    LIVE = "live"
    PAUSED = "paused"
    ENDED = "ended"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"

    @property
    def on_air(self) -> bool:
        """Whether the session holds its room: live, or live and paused."""
        return self in {Status.LIVE, Status.PAUSED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One time that a session really ran. `cause` is the command that began it."""

    started_at: Ms
    cause: Literal["start", "next"]
    ended_at: Ms | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What became of one session so far.

    `extended_s` and `paused_ms` (pauses that are over) belong to the last run; `paused_at` is set
    while it is paused.
    """

    status: Status = Status.SCHEDULED
    runs: tuple[Run, ...] = ()
    extended_s: int = 0
    paused_ms: int = 0
    paused_at: Ms | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoable:
    """One producer command that can be taken back: its number, what it was, and what was before."""

    seq: int
    what: str
    session: SessionId
    by: ActorId
    at: Ms
    before: tuple[tuple[SessionId, Progress], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomClock:
    """The running state of one room; `undo` is a stack, newest last."""

    live: SessionId | None = None
    undo: tuple[Undoable, ...] = ()
    advanced_by: ActorId | None = None
    advanced_at: Ms | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rundown:
    """The running state of all rooms. `shown` holds the public expected starts (`forecast.py`)."""

    progress: Table[SessionId, Progress] = Map()
    clocks: Table[RoomId, RoomClock] = Map()
    shown: Table[SessionId, Ms] = Map()

    def of(self, session: SessionId) -> Progress:
        """What became of `session`."""
        return self.progress.get(session, UNTOUCHED)

    def clock(self, room: RoomId) -> RoomClock:
        """The running state of `room`."""
        return self.clocks.get(room, IDLE)


UNTOUCHED: Final = Progress()
IDLE: Final = RoomClock()


def due_at(session: Session, progress: Progress) -> Ms:
    """When a session on air should end: its anchor for every countdown, without a running pause.

    A `fixed_end` keeps the planned end, down to its `min_duration_s`.
    """
    started_at = progress.runs[-1].started_at
    end = unextended_end(session, started_at)
    return max(started_at, end + progress.extended_s * 1000 + progress.paused_ms)


def unextended_end(session: Session, started_at: Ms) -> Ms:
    """When a session that starts at `started_at` ends, if nothing else happens."""
    if session.fixed_end:
        return max(session.end_at, started_at + session.min_duration_s * 1000)
    return started_at + session.duration_s * 1000


def upcoming(agenda: Agenda, rundown: Rundown, room: RoomId) -> list[SessionId]:
    """The sessions still to come in `room`, in order: scheduled, and not passed over."""
    order = agenda.running_order(room)
    after = position(agenda, rundown, room)
    return [s for s in order[after + 1 :] if rundown.of(s).status is Status.SCHEDULED]


def position(agenda: Agenda, rundown: Rundown, room: RoomId) -> int:
    """The place in the running order of what is on air or ended last; -1 before the first."""
    here = rundown.clock(room).live or ended_last(agenda, rundown, room)
    return -1 if here is None else agenda.running_order(room).index(here)


def ended_last(agenda: Agenda, rundown: Rundown, room: RoomId) -> SessionId | None:
    """The session of `room` that ended last, by the clock; None if none did."""
    ended = [
        (progress.runs[-1].ended_at or 0, place, session)
        for place, session in enumerate(agenda.running_order(room))
        if (progress := rundown.of(session)).status is Status.ENDED
    ]
    return max(ended)[2] if ended else None
