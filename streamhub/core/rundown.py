"""The producer's running order: sessions go live, pause, extend, end, are skipped, taken back.

Read top to bottom: state, commands, facts, decide, evolve. What the plan says is in `agenda.py`;
what it means for the rest of the day is in `forecast.py`. Each room has its own clock and at most
one live session.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Literal, assert_never

from streamhub.core.agenda import Agenda, Session
from streamhub.core.errors import Rejected
from streamhub.core.ids import ActorId, Ms, RoomId, SessionId
from streamhub.core.stamp import Stamp
from streamhub.core.table import Map, Table

UNDO_DEPTH: Final = 50
EXTEND_MOST_S: Final = 24 * 3600
BACKDATE_MS: Final = 24 * 3_600_000
"""How far back "it actually started at" may reach."""

# --- state -------------------------------------------------------------------------------------


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

# --- commands ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class StartSession:
    """Put a session on air now, or say when it really began. What was live in its room ends."""

    session: SessionId
    at: Ms | None = None
    type: Literal["session.start"] = "session.start"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSession:
    """End a session that is on air, now or at an instant that has passed."""

    session: SessionId
    at: Ms | None = None
    type: Literal["session.end"] = "session.end"


@dataclass(frozen=True, slots=True, kw_only=True)
class NextSession:
    """End what is live in a room and start what comes next.

    `live` is the session that the producer saw as live, or None, so that nobody advances twice.
    """

    room: RoomId
    live: SessionId | None
    type: Literal["session.next"] = "session.next"


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseSession:
    """Hold the clock of a live session."""

    session: SessionId
    type: Literal["session.pause"] = "session.pause"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeSession:
    """Let a paused session go on; its end moves by the length of the pause."""

    session: SessionId
    type: Literal["session.resume"] = "session.resume"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendSession:
    """Give a session on air more time or less: by seconds, or so that it ends at an instant."""

    session: SessionId
    by_s: int | None = None
    until_at: Ms | None = None
    type: Literal["session.extend"] = "session.extend"


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipSession:
    """Pass over a scheduled session; it can come back."""

    session: SessionId
    type: Literal["session.skip"] = "session.skip"


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreSession:
    """Put a skipped session back into the running order."""

    session: SessionId
    type: Literal["session.restore"] = "session.restore"


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoRundown:
    """Take back the last producer command of a room; `seq` names it, as the producer saw it."""

    room: RoomId
    seq: int
    type: Literal["rundown.undo"] = "rundown.undo"


RundownCommand = (
    StartSession
    | EndSession
    | NextSession
    | PauseSession
    | ResumeSession
    | ExtendSession
    | SkipSession
    | RestoreSession
    | UndoRundown
)

# --- facts -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionStarted:
    """A session went on air at `at`, which may lie before the moment it was said."""

    session: SessionId
    at: Ms
    cause: Literal["start", "next"]
    type: Literal["session.started"] = "session.started"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEnded:
    """A session went off air at `at`."""

    session: SessionId
    at: Ms
    type: Literal["session.ended"] = "session.ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPaused:
    """The clock of a live session was held."""

    session: SessionId
    type: Literal["session.paused"] = "session.paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionResumed:
    """The clock of a paused session runs again."""

    session: SessionId
    type: Literal["session.resumed"] = "session.resumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionExtended:
    """A session on air got `by_s` seconds more (negative: less)."""

    session: SessionId
    by_s: int
    type: Literal["session.extended"] = "session.extended"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSkipped:
    """The producer passed over a session."""

    session: SessionId
    type: Literal["session.skipped"] = "session.skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRestored:
    """A skipped session is back in the running order."""

    session: SessionId
    type: Literal["session.restored"] = "session.restored"


@dataclass(frozen=True, slots=True, kw_only=True)
class RundownUndone:
    """The newest producer command of a room, number `seq`, was taken back."""

    room: RoomId
    seq: int
    type: Literal["rundown.undone"] = "rundown.undone"


RundownFact = (
    SessionStarted
    | SessionEnded
    | SessionPaused
    | SessionResumed
    | SessionExtended
    | SessionSkipped
    | SessionRestored
    | RundownUndone
)

# --- decide ------------------------------------------------------------------------------------

MAY: Final[Mapping[str, frozenset[Status]]] = {
    # command: the statuses in which a session takes it
    "session.start": frozenset({Status.SCHEDULED, Status.ENDED}),
    "session.end": frozenset({Status.LIVE, Status.PAUSED}),
    "session.pause": frozenset({Status.LIVE}),
    "session.resume": frozenset({Status.PAUSED}),
    "session.extend": frozenset({Status.LIVE, Status.PAUSED}),
    "session.skip": frozenset({Status.SCHEDULED}),
    "session.restore": frozenset({Status.SKIPPED}),
}

_REFUSAL: Final[Mapping[str, tuple[str, str]]] = {
    "session.start": ("session.not_scheduled", "Restore it first."),
    "session.end": ("session.not_live", "Only what is on air can end."),
    "session.pause": ("session.not_live", "Only what is on air can pause."),
    "session.resume": ("session.not_paused", "Only a paused session can go on."),
    "session.extend": ("session.not_live", "Only what is on air can be extended."),
    "session.skip": (
        "session.not_scheduled",
        "Only a session that is still to come can be skipped.",
    ),
    "session.restore": ("session.not_skipped", "Only a skipped session can be restored."),
}


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
    order = agenda.running_order(room)
    live = rundown.clock(room).live
    if live is not None:
        return order.index(live)
    ended = [
        (progress.runs[-1].ended_at or 0, place)
        for place, session in enumerate(order)
        if (progress := rundown.of(session)).status is Status.ENDED
    ]
    return max(ended)[1] if ended else -1


def session_of(agenda: Agenda, session: SessionId) -> Session:
    """Return the planned session, or raise `session.unknown`."""
    found = agenda.sessions.get(session)
    if found is None:
        raise Rejected(
            "session.unknown",
            f"There is no session {session!r} in this event.",
            "Reload the agenda and choose one of its sessions.",
            field="session",
        )
    return found


def room_exists(agenda: Agenda, room: RoomId) -> None:
    """Raise `room.unknown` unless the agenda has `room`."""
    if room not in agenda.rooms:
        raise Rejected(
            "room.unknown",
            f"There is no room {room!r} in this event.",
            f"Use one of: {', '.join(sorted(agenda.rooms))}.",
            field="room",
        )


def decide(
    agenda: Agenda, rundown: Rundown, command: RundownCommand, stamp: Stamp
) -> list[RundownFact]:
    """Turn a producer's command into facts, or raise `Rejected`."""
    if isinstance(command, NextSession):
        return _next(agenda, rundown, command, stamp)
    if isinstance(command, UndoRundown):
        return _undo(agenda, rundown, command)
    session = session_of(agenda, command.session)
    progress = rundown.of(session.id)
    if progress.status not in MAY[command.type]:
        _refuse(command.type, session, progress)
    match command:
        case StartSession():
            return _start(rundown, session, command, stamp)
        case EndSession():
            at = stamp.at if command.at is None else command.at
            _in_range(at, progress.runs[-1].started_at, stamp.at)
            return [SessionEnded(session=session.id, at=at)]
        case PauseSession():
            return [SessionPaused(session=session.id)]
        case ResumeSession():
            return [SessionResumed(session=session.id)]
        case ExtendSession():
            return _extend(session, progress, command, stamp)
        case SkipSession():
            return [SessionSkipped(session=session.id)]
        case RestoreSession():
            return [SessionRestored(session=session.id)]
        case _:
            assert_never(command)


def _refuse(command: str, session: Session, progress: Progress) -> None:
    code, hint = _REFUSAL[command]
    if command == "session.start" and progress.status.on_air:
        code, hint = "session.already_live", "It is on air; nothing needs to be done."
    if command == "session.pause" and progress.status is Status.PAUSED:
        code, hint = "session.already_paused", "It is paused; nothing needs to be done."
    raise Rejected(code, f"{session.title!r} is {progress.status.value}.", hint, field="session")


def _in_range(at: Ms, earliest: Ms, now: Ms) -> None:
    if not earliest <= at <= now:
        raise Rejected(
            "instant.out_of_range",
            "That instant lies in the future, or before what already happened in this room.",
            "Give an instant between the last change in this room and now.",
            field="at",
        )


def _last_change(rundown: Rundown, agenda: Agenda, room: RoomId) -> Ms:
    ends = [
        run.ended_at if run.ended_at is not None else run.started_at
        for session in agenda.running_order(room)
        for run in rundown.of(session).runs
    ]
    return max(ends, default=0)


def _start(
    rundown: Rundown, session: Session, command: StartSession, stamp: Stamp
) -> list[RundownFact]:
    at = stamp.at if command.at is None else command.at
    live = rundown.clock(session.room).live
    earliest = stamp.at - BACKDATE_MS
    facts: list[RundownFact] = []
    if live is not None:
        earliest = max(earliest, rundown.of(live).runs[-1].started_at)
        facts.append(SessionEnded(session=live, at=at))
    elif rundown.of(session.id).runs:
        earliest = max(earliest, rundown.of(session.id).runs[-1].ended_at or 0)
    _in_range(at, earliest, stamp.at)
    return [*facts, SessionStarted(session=session.id, at=at, cause="start")]


def _next(
    agenda: Agenda, rundown: Rundown, command: NextSession, stamp: Stamp
) -> list[RundownFact]:
    room_exists(agenda, command.room)
    clock = rundown.clock(command.room)
    if command.live != clock.live:
        raise Rejected(
            "session.stale",
            "Somebody else moved this room on in the meantime.",
            "Look at what is live now, then decide again.",
            field="live",
            detail={"live": clock.live, "by": clock.advanced_by, "at": clock.advanced_at},
        )
    coming = upcoming(agenda, rundown, command.room)
    facts: list[RundownFact] = []
    if clock.live is not None:
        facts.append(SessionEnded(session=clock.live, at=stamp.at))
    if coming:
        facts.append(SessionStarted(session=coming[0], at=stamp.at, cause="next"))
    if not facts:
        raise Rejected(
            "rundown.finished",
            "Nothing is left to start in this room.",
            "Restore a skipped session, or start one again by name.",
            field="room",
        )
    return facts


def _extend(
    session: Session, progress: Progress, command: ExtendSession, stamp: Stamp
) -> list[RundownFact]:
    if (command.by_s is None) == (command.until_at is None):
        raise Rejected(
            "command.invalid",
            "To extend takes either `by_s` or `until_at`.",
            "Send exactly one of them.",
            field="by_s",
        )
    end = due_at(session, progress)
    held_ms = 0 if progress.paused_at is None else stamp.at - progress.paused_at
    by_s = command.by_s
    if command.until_at is not None:
        by_s = (command.until_at - end - held_ms) // 1000
    assert by_s is not None  # noqa: S101 - one of the two is given, checked above
    if abs(by_s) > EXTEND_MOST_S or end + by_s * 1000 < progress.runs[-1].started_at:
        raise Rejected(
            "session.too_short" if by_s < 0 else "instant.out_of_range",
            "The session would end before it began, or more than a day later.",
            "End it instead, or give a smaller change.",
            field="by_s" if command.until_at is None else "until_at",
        )
    return [SessionExtended(session=session.id, by_s=by_s)] if by_s else []


def _undo(agenda: Agenda, rundown: Rundown, command: UndoRundown) -> list[RundownFact]:
    room_exists(agenda, command.room)
    stack = rundown.clock(command.room).undo
    if not stack:
        raise Rejected(
            "rundown.nothing_to_undo", "Nothing can be taken back in this room.", field="room"
        )
    if stack[-1].seq != command.seq:
        raise Rejected(
            "rundown.stale",
            "Something else happened in this room since.",
            "Look at what the button would take back now.",
            field="seq",
            detail={"by": stack[-1].by, "at": stack[-1].at, "seq": stack[-1].seq},
        )
    return [RundownUndone(room=command.room, seq=command.seq)]


# --- evolve ------------------------------------------------------------------------------------


def evolve(agenda: Agenda, rundown: Rundown, fact: RundownFact, stamp: Stamp) -> Rundown:
    """Return the rundown after `fact`."""
    if isinstance(fact, RundownUndone):
        return _evolve_undone(rundown, fact)
    before = rundown.of(fact.session)
    room = agenda.sessions[fact.session].room
    clock = _remember(rundown.clock(room), fact, before, stamp)
    match fact:
        case SessionStarted():
            run = Run(started_at=fact.at, cause=fact.cause)
            after = Progress(status=Status.LIVE, runs=(*before.runs, run))
            clock = replace(clock, live=fact.session, advanced_by=stamp.by, advanced_at=stamp.at)
        case SessionEnded():
            run = replace(before.runs[-1], ended_at=fact.at)
            after = replace(
                before, status=Status.ENDED, runs=(*before.runs[:-1], run), paused_at=None
            )
            clock = replace(clock, live=None, advanced_by=stamp.by, advanced_at=stamp.at)
        case SessionPaused():
            after = replace(before, status=Status.PAUSED, paused_at=stamp.at)
        case SessionResumed():
            held_ms = stamp.at - (before.paused_at or stamp.at)
            after = replace(
                before, status=Status.LIVE, paused_at=None, paused_ms=before.paused_ms + held_ms
            )
        case SessionExtended():
            after = replace(before, extended_s=before.extended_s + fact.by_s)
        case SessionSkipped():
            after = replace(before, status=Status.SKIPPED)
        case SessionRestored():
            after = replace(before, status=Status.SCHEDULED)
        case _:
            assert_never(fact)
    return replace(
        rundown,
        progress=rundown.progress.set(fact.session, after),
        clocks=rundown.clocks.set(room, clock),
    )


def _remember(clock: RoomClock, fact: RundownFact, before: Progress, stamp: Stamp) -> RoomClock:
    """Push what was before onto the undo stack; the facts of one command are one step of it."""
    assert not isinstance(fact, RundownUndone)  # noqa: S101 - the caller has taken that branch
    entry = (fact.session, before)
    if clock.undo and clock.undo[-1].seq == stamp.seq:
        step = replace(
            clock.undo[-1],
            what=fact.type,
            session=fact.session,
            before=(*clock.undo[-1].before, entry),
        )
        return replace(clock, undo=(*clock.undo[:-1], step))
    step = Undoable(
        seq=stamp.seq,
        what=fact.type,
        session=fact.session,
        by=stamp.by,
        at=stamp.at,
        before=(entry,),
    )
    return replace(clock, undo=(*clock.undo, step)[-UNDO_DEPTH:])


def _evolve_undone(rundown: Rundown, fact: RundownUndone) -> Rundown:
    clock = rundown.clock(fact.room)
    step = clock.undo[-1]
    progress = rundown.progress
    for session, before in reversed(step.before):
        progress = progress.set(session, before)
    live = clock.live if clock.live and progress[clock.live].status.on_air else None
    for session, _ in step.before:
        if progress[session].status.on_air:
            live = session
    return replace(
        rundown,
        progress=progress,
        clocks=rundown.clocks.set(fact.room, replace(clock, live=live, undo=clock.undo[:-1])),
    )
