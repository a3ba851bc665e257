"""What is kept of the running of rooms and sessions, and what can be read off it.

Only values and readings that need no clock: expected times are in `forecast.py`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal, NamedTuple

from streamhub.core.agenda import Agenda, Session, Speaker
from streamhub.core.ids import ActorId, Ms, QuestionId, RoomId, SessionId
from streamhub.core.table import Map, Table

UNDO_DEPTH: Final = 50

Cause = Literal["start", "next", "clock"]
"""What began a run: a command, or the clock in a room that follows it."""


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
    """One time that a session really ran."""

    started_at: Ms
    cause: Cause
    ended_at: Ms | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What became of one session so far.

    What follows `runs` belongs to the last one: `paused_ms` are its pauses that are over,
    `paused_at` is set while it is paused. `kept_ms` keeps its countdown where it was although its
    plan was changed. `brief` says that a fixed end came early with its start (`is_brief`).
    """

    status: Status = Status.SCHEDULED
    runs: tuple[Run, ...] = ()
    extended_s: int = 0
    paused_ms: int = 0
    paused_at: Ms | None = None
    kept_ms: int = 0
    brief: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoable:
    """One command that can be taken back: its number, what it was, and all that it changed.

    `before`, `plans`, `people`, `orders`, `follows` and `lit` are what was before: a session that
    was not there has None for a plan, `lit` are the questions on the screens. It is on the stacks
    of all its `rooms` and can be taken back only while it is the newest of each. `clock`: nobody
    gave the command, the room follows the clock.
    """

    seq: int
    what: str
    session: SessionId | None
    by: ActorId
    at: Ms
    before: tuple[tuple[SessionId, Progress], ...]
    plans: tuple[tuple[SessionId, Session | None], ...] = ()
    people: tuple[Speaker, ...] = ()
    orders: tuple[tuple[RoomId, tuple[SessionId, ...]], ...] = ()
    follows: bool | None = None
    lit: tuple[tuple[RoomId, QuestionId], ...] = ()
    rooms: tuple[RoomId, ...] = ()
    clock: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomClock:
    """The running state of one room; `undo` is a stack, newest last.

    `follows`: its sessions start and end by themselves at their times.
    """

    live: SessionId | None = None
    follows: bool = False
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


class Running(NamedTuple):
    """The plan and what became of it: what a producer's command may change."""

    agenda: Agenda
    rundown: Rundown


UNTOUCHED: Final = Progress()
IDLE: Final = RoomClock()


def due_at(session: Session, progress: Progress) -> Ms:
    """When a session on air should end: its anchor for every countdown, without a running pause."""
    started_at = progress.runs[-1].started_at
    more_ms = progress.extended_s * 1000 + progress.paused_ms + progress.kept_ms
    return max(started_at, unextended_end(session, started_at, brief=progress.brief) + more_ms)


def unextended_end(session: Session, started_at: Ms, *, brief: bool) -> Ms:
    """When a session that starts at `started_at` ends, if nothing else happens.

    A `fixed_end` keeps the planned end, down to its `min_duration_s`, unless it is `brief`.
    """
    if session.fixed_end and not brief:
        return max(session.end_at, started_at + session.min_duration_s * 1000)
    return started_at + session.duration_s * 1000


def is_brief(session: Session, started_at: Ms, follower: Session | None) -> bool:
    """Whether a fixed end that starts before its time also ends before it, after its duration.

    It does where what follows may start early, too. Where it may not, the room waits for the
    printed time in any case, and it is the break that people wait in; where nothing follows,
    what was printed holds.
    """
    early = session.fixed_end and started_at < session.start_at
    return early and follower is not None and follower.may_start_early


def follower(agenda: Agenda, rundown: Rundown, session: Session) -> Session | None:
    """The session that comes after `session` in its room; None after the last."""
    order = agenda.running_order(session.room)
    for name in order[order.index(session.id) + 1 :]:
        if rundown.of(name).status is Status.SCHEDULED:
            return agenda.sessions[name]
    return None


def upcoming(agenda: Agenda, rundown: Rundown, room: RoomId) -> list[SessionId]:
    """The sessions still to come in `room`, in order: scheduled, and not passed over."""
    order = agenda.running_order(room)
    after = position(agenda, rundown, room)
    return [s for s in order[after + 1 :] if rundown.of(s).status is Status.SCHEDULED]


def position(agenda: Agenda, rundown: Rundown, room: RoomId) -> int:
    """The place in the running order of what is on air or ended last; -1 before the first."""
    here = rundown.clock(room).live or ended_last(agenda, rundown, room)
    return -1 if here is None else agenda.running_order(room).index(here)


def last_change(agenda: Agenda, rundown: Rundown, room: RoomId) -> Ms:
    """When what is on air in `room` began; with nothing on air, when what ran last ended."""
    changes = [
        run.started_at if run.ended_at is None else run.ended_at
        for session in agenda.running_order(room)
        for run in rundown.of(session).runs
    ]
    return max(changes, default=0)


def ended_last(agenda: Agenda, rundown: Rundown, room: RoomId) -> SessionId | None:
    """The session of `room` that ended last, by the clock; None if none did."""
    ended = [
        (progress.runs[-1].ended_at or 0, place, session)
        for place, session in enumerate(agenda.running_order(room))
        if (progress := rundown.of(session)).status is Status.ENDED
    ]
    return max(ended)[2] if ended else None
