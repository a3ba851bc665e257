"""What comes of a producer's wish: facts, or a refusal with its reason.

`MAY` is the one table of which command applies in which status; roles were checked before.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, assert_never

from streamhub.core.agenda import Session, room_exists, session_of
from streamhub.core.errors import Rejected
from streamhub.core.ids import Ms, RoomId, SessionId
from streamhub.core.rundown.commands import (
    CancelSession,
    CorrectSession,
    EditSession,
    EndSession,
    ExtendSession,
    FollowClock,
    InsertSession,
    NextSession,
    PauseSession,
    ReorderSession,
    RestoreSession,
    ResumeSession,
    RetimeSession,
    RundownCommand,
    SkipSession,
    StartSession,
    UndoRundown,
)
from streamhub.core.rundown.facts import (
    ClockFollowed,
    RundownFact,
    SessionCancelled,
    SessionCorrected,
    SessionEnded,
    SessionExtended,
    SessionPaused,
    SessionRestored,
    SessionResumed,
    SessionSkipped,
    SessionStarted,
)
from streamhub.core.rundown.planning import edit, insert, reorder, retime
from streamhub.core.rundown.state import (
    Progress,
    Run,
    Running,
    Status,
    due_at,
    last_change,
    upcoming,
)
from streamhub.core.rundown.undo import decide_undo
from streamhub.core.stamp import Stamp

if TYPE_CHECKING:
    from streamhub.core.forecast import Outlook

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
    "session.restore": frozenset({Status.SKIPPED, Status.CANCELLED}),
    "session.cancel": frozenset({Status.SCHEDULED, Status.SKIPPED}),
    "session.correct": frozenset({Status.LIVE, Status.PAUSED, Status.ENDED}),
    "session.retime": frozenset(Status) - {Status.ENDED},
    "session.reorder": frozenset({Status.SCHEDULED, Status.SKIPPED, Status.CANCELLED}),
    "session.edit": frozenset(Status),
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
    "session.restore": (
        "session.not_skipped",
        "Only what was skipped or cancelled can be restored.",
    ),
    "session.cancel": (
        "session.not_scheduled",
        "Only a session that is still to come can be cancelled; end what is on air.",
    ),
    "session.correct": ("session.not_live", "It has not started yet; start it, and say when."),
    "session.retime": ("session.not_scheduled", "It is over; its plan is history."),
    "session.reorder": ("session.already_ran", "Only what is still to come can be moved."),
}


def decide(
    running: Running,
    command: RundownCommand,
    stamp: Stamp,
    fresh: str,
    look: "Callable[[RoomId], Outlook]",
) -> list[RundownFact]:
    """Turn a producer's command into facts, or raise `Rejected`.

    Args:
        running: the plan and what became of it.
        command: the wish.
        stamp: who and when.
        fresh: an id that nothing has yet, for a new session.
        look: tells what is expected of a room now.
    """
    agenda, rundown = running
    match command:
        case NextSession() | UndoRundown() | FollowClock() | InsertSession():
            room_exists(agenda, command.room)
            return _in_room(running, command, stamp, fresh, look)
        case _:
            session = session_of(agenda, command.session)
            progress = rundown.of(session.id)
            if progress.status not in MAY[command.type]:
                _refuse(command.type, session, progress)
            return _on_session(running, session, command, stamp, fresh)


def _in_room(
    running: Running,
    command: NextSession | UndoRundown | FollowClock | InsertSession,
    stamp: Stamp,
    fresh: str,
    look: "Callable[[RoomId], Outlook]",
) -> list[RundownFact]:
    match command:
        case NextSession():
            return _next(running, command, stamp)
        case UndoRundown():
            return decide_undo(running.rundown, command)
        case FollowClock():
            same = running.rundown.clock(command.room).follows == command.on
            return [] if same else [ClockFollowed(room=command.room, on=command.on)]
        case InsertSession():
            return [insert(running, command, stamp, SessionId(fresh), look(command.room))]
        case _:
            assert_never(command)


def _on_session(  # noqa: PLR0911, PLR0912 - one case per command is the table a reader looks for
    running: Running,
    session: Session,
    command: (
        StartSession
        | EndSession
        | PauseSession
        | ResumeSession
        | ExtendSession
        | SkipSession
        | RestoreSession
        | CancelSession
        | CorrectSession
        | RetimeSession
        | ReorderSession
        | EditSession
    ),
    stamp: Stamp,
    fresh: str,
) -> list[RundownFact]:
    progress = running.rundown.of(session.id)
    match command:
        case StartSession():
            return _start(running, session, command, stamp)
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
        case CancelSession():
            return [SessionCancelled(session=session.id)]
        case CorrectSession():
            return _correct(running, session, command, stamp)
        case RetimeSession():
            return retime(running, session, command, stamp)
        case ReorderSession():
            return reorder(running, session, command)
        case EditSession():
            return edit(running, session, command, fresh)
        case _:
            assert_never(command)


def _refuse(command: str, session: Session, progress: Progress) -> None:
    code, hint = _REFUSAL[command]
    if command == "session.start" and progress.status.on_air:
        code, hint = "session.already_live", "It is on air; nothing needs to be done."
    if command == "session.pause" and progress.status is Status.PAUSED:
        code, hint = "session.already_paused", "It is paused; nothing needs to be done."
    raise Rejected(code, f"{session.title!r} is {progress.status.value}.", hint, field="session")


def _in_range(at: Ms, earliest: Ms, now: Ms, field: str = "at") -> None:
    if not earliest <= at <= now:
        raise Rejected(
            "instant.out_of_range",
            "That instant lies in the future, or before what already happened in this room.",
            "Give an instant between the last change in this room and now.",
            field=field,
        )


def _start(
    running: Running, session: Session, command: StartSession, stamp: Stamp
) -> list[RundownFact]:
    agenda, rundown = running
    at = stamp.at if command.at is None else command.at
    earliest = max(stamp.at - BACKDATE_MS, last_change(agenda, rundown, session.room))
    _in_range(at, earliest, stamp.at)
    started = SessionStarted(session=session.id, at=at, cause="start")
    live = rundown.clock(session.room).live
    return [started] if live is None else [SessionEnded(session=live, at=at), started]


def _next(running: Running, command: NextSession, stamp: Stamp) -> list[RundownFact]:
    agenda, rundown = running
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


def _correct(
    running: Running, session: Session, command: CorrectSession, stamp: Stamp
) -> list[RundownFact]:
    """Move the start of the last run, and with it the end of what it took over from."""
    agenda, rundown = running
    progress = rundown.of(session.id)
    run = progress.runs[-1]
    ended = None
    before = [min(run.started_at, stamp.at - BACKDATE_MS)]
    for name in agenda.running_order(session.room):
        runs = rundown.of(name).runs[:-1] if name == session.id else rundown.of(name).runs
        for other in runs:
            if other.ended_at is None or other.ended_at > run.started_at:
                continue  # it came after
            hands_over = other.ended_at == run.started_at and other is rundown.of(name).runs[-1]
            ended = name if hands_over else ended
            before.append(other.started_at if hands_over else other.ended_at)
    _in_range(
        command.started_at,
        max(before),
        _latest_start(run, progress, stamp.at),
        field="started_at",
    )
    if command.started_at == run.started_at:
        return []
    return [SessionCorrected(session=session.id, started_at=command.started_at, ended=ended)]


def _latest_start(run: Run, progress: Progress, now: Ms) -> Ms:
    """No pause can have been before the start."""
    over_at = run.ended_at if run.ended_at is not None else progress.paused_at
    return (now if over_at is None else over_at) - progress.paused_ms
