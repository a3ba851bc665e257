"""What a fact makes of the rundown. Nothing is checked here: a fact has happened."""

from typing import assert_never

from streamhub.core.agenda import Agenda
from streamhub.core.ids import SessionId
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
from streamhub.core.rundown.state import (
    UNDO_DEPTH,
    UNTOUCHED,
    Progress,
    RoomClock,
    Run,
    Rundown,
    Status,
    Undoable,
)
from streamhub.core.stamp import Stamp
from streamhub.core.table import Table
from streamhub.core.values import changed


def evolve(agenda: Agenda, rundown: Rundown, fact: RundownFact, stamp: Stamp) -> Rundown:
    """Return the rundown after `fact`."""
    if isinstance(fact, RundownUndone):
        return _evolve_undone(rundown, fact, stamp)
    before = rundown.of(fact.session)
    room = agenda.sessions[fact.session].room
    clock = _remember(rundown.clock(room), fact, before, stamp)
    match fact:
        case SessionStarted():
            run = Run(started_at=fact.at, cause=fact.cause)
            after = Progress(status=Status.LIVE, runs=(*before.runs, run))
            clock = changed(clock, live=fact.session, advanced_by=stamp.by, advanced_at=stamp.at)
        case SessionEnded():
            run = changed(before.runs[-1], ended_at=fact.at)
            after = changed(
                before, status=Status.ENDED, runs=(*before.runs[:-1], run), paused_at=None
            )
            clock = changed(clock, live=None, advanced_by=stamp.by, advanced_at=stamp.at)
        case SessionPaused():
            after = changed(before, status=Status.PAUSED, paused_at=stamp.at)
        case SessionResumed():
            held_ms = stamp.at - (before.paused_at or stamp.at)
            after = changed(
                before, status=Status.LIVE, paused_at=None, paused_ms=before.paused_ms + held_ms
            )
        case SessionExtended():
            after = changed(before, extended_s=before.extended_s + fact.by_s)
        case SessionSkipped():
            after = changed(before, status=Status.SKIPPED)
        case SessionRestored():
            after = changed(before, status=Status.SCHEDULED)
        case _:
            assert_never(fact)
    return changed(
        rundown,
        progress=_put(rundown.progress, fact.session, after),
        clocks=rundown.clocks.set(room, clock),
    )


def _remember(clock: RoomClock, fact: RundownFact, before: Progress, stamp: Stamp) -> RoomClock:
    """Push what was before onto the undo stack; the facts of one command are one step of it."""
    assert not isinstance(fact, RundownUndone)  # noqa: S101 - the caller has taken that branch
    entry = (fact.session, before)
    if clock.undo and clock.undo[-1].seq == stamp.seq:
        step = changed(
            clock.undo[-1],
            what=fact.type,
            session=fact.session,
            before=(*clock.undo[-1].before, entry),
        )
        return changed(clock, undo=(*clock.undo[:-1], step))
    step = Undoable(
        seq=stamp.seq,
        what=fact.type,
        session=fact.session,
        by=stamp.by,
        at=stamp.at,
        before=(entry,),
    )
    return changed(clock, undo=(*clock.undo, step)[-UNDO_DEPTH:])


def _evolve_undone(rundown: Rundown, fact: RundownUndone, stamp: Stamp) -> Rundown:
    clock = rundown.clock(fact.room)
    progress, live = rundown.progress, clock.live
    for session, before in reversed(clock.undo[-1].before):
        progress = _put(progress, session, before)
        if before.status.on_air:
            live = session
        elif session == live:
            live = None
    moved = live != clock.live
    clock = changed(
        clock,
        live=live,
        undo=clock.undo[:-1],
        advanced_by=stamp.by if moved else clock.advanced_by,
        advanced_at=stamp.at if moved else clock.advanced_at,
    )
    return changed(rundown, progress=progress, clocks=rundown.clocks.set(fact.room, clock))


def _put(
    progress: Table[SessionId, Progress], session: SessionId, after: Progress
) -> Table[SessionId, Progress]:
    """Keep what became of `session`; what is as if nothing had happened is not kept."""
    if after == UNTOUCHED:
        return progress.delete(session) if session in progress else progress
    return progress.set(session, after)
