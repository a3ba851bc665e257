"""What a fact makes of the rundown. Nothing is checked here: a fact has happened."""

from dataclasses import replace
from typing import assert_never

from streamhub.core.agenda import Agenda
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
    Progress,
    RoomClock,
    Run,
    Rundown,
    Status,
    Undoable,
)
from streamhub.core.stamp import Stamp


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
