"""What comes of a producer's wish: facts, or a refusal with its reason.

`MAY` is the one table of which command applies in which status; roles were checked before.
"""

from collections.abc import Mapping
from typing import Final, assert_never

from streamhub.core.agenda import Agenda, Session, room_exists, session_of
from streamhub.core.errors import Rejected
from streamhub.core.ids import Ms, RoomId
from streamhub.core.rundown.commands import (
    EndSession,
    ExtendSession,
    NextSession,
    PauseSession,
    RestoreSession,
    ResumeSession,
    RundownCommand,
    SkipSession,
    StartSession,
    UndoRundown,
)
from streamhub.core.rundown.facts import (
    RundownFact,
    RundownUndone,
    SessionEnded,
    SessionExtended,
    SessionPaused,
    SessionRestored,
    SessionResumed,
    SessionSkipped,
    SessionStarted,
)
from streamhub.core.rundown.state import Progress, Rundown, Status, due_at, upcoming
from streamhub.core.stamp import Stamp

EXTEND_MOST_S: Final = 24 * 3600
BACKDATE_MS: Final = 24 * 3_600_000
"""How far back "it actually started at" may reach."""

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
            return _start(agenda, rundown, session, command, stamp)
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


def _last_change(agenda: Agenda, rundown: Rundown, room: RoomId) -> Ms:
    """When what is on air in `room` began; with nothing on air, when what ran last ended."""
    changes = [
        run.started_at if run.ended_at is None else run.ended_at
        for session in agenda.running_order(room)
        for run in rundown.of(session).runs
    ]
    return max(changes, default=0)


def _start(
    agenda: Agenda, rundown: Rundown, session: Session, command: StartSession, stamp: Stamp
) -> list[RundownFact]:
    at = stamp.at if command.at is None else command.at
    earliest = max(stamp.at - BACKDATE_MS, _last_change(agenda, rundown, session.room))
    _in_range(at, earliest, stamp.at)
    started = SessionStarted(session=session.id, at=at, cause="start")
    live = rundown.clock(session.room).live
    return [started] if live is None else [SessionEnded(session=live, at=at), started]


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
