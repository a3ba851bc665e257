"""What a fact makes of the rundown and the agenda. Nothing is checked here: a fact has happened."""

from typing import assert_never

from streamhub.core.agenda import Agenda, Session
from streamhub.core.ids import Ms, QuestionId, RoomId, SessionId
from streamhub.core.rundown.facts import (
    ClockFollowed,
    PlanFact,
    RundownFact,
    RundownUndone,
    SessionCancelled,
    SessionCorrected,
    SessionEdited,
    SessionEnded,
    SessionExtended,
    SessionInserted,
    SessionPaused,
    SessionReordered,
    SessionRestored,
    SessionResumed,
    SessionRetimed,
    SessionSkipped,
    SessionStarted,
)
from streamhub.core.rundown.state import (
    Progress,
    Run,
    Rundown,
    Running,
    Status,
    follower,
    is_brief,
    unextended_end,
)
from streamhub.core.rundown.undo import put, remember, taken_back, tidy
from streamhub.core.stamp import Stamp
from streamhub.core.table import Map
from streamhub.core.values import changed

NOTHING_LIT: Map[RoomId, QuestionId] = Map()


def evolve(
    running: Running,
    fact: RundownFact,
    stamp: Stamp,
    lit: Map[RoomId, QuestionId] = NOTHING_LIT,
) -> Running:
    """Return plan and rundown after `fact`; `lit` are the questions that were on the screens."""
    if isinstance(fact, RundownUndone):
        return taken_back(running, fact, stamp)
    if isinstance(fact, ClockFollowed):
        clock = changed(running.rundown.clock(fact.room), follows=fact.on)
        clocks = running.rundown.clocks.set(fact.room, clock)
        after = Running(running.agenda, changed(running.rundown, clocks=clocks))
    elif isinstance(fact, PlanFact):
        agenda = _planned(running.agenda, fact)
        move_end = isinstance(fact, SessionRetimed) and fact.move_end
        after = Running(agenda, _kept(running, agenda, fact.session, move_end=move_end))
    else:
        after = Running(running.agenda, _ran(running.agenda, running.rundown, fact, stamp))
    return Running(after.agenda, remember(running, after, fact, stamp, lit))


# --- the running -------------------------------------------------------------------------------


def _ran(
    agenda: Agenda,
    rundown: Rundown,
    fact: (
        SessionStarted
        | SessionEnded
        | SessionPaused
        | SessionResumed
        | SessionExtended
        | SessionSkipped
        | SessionRestored
        | SessionCancelled
        | SessionCorrected
    ),
    stamp: Stamp,
) -> Rundown:
    session, before = agenda.sessions[fact.session], rundown.of(fact.session)
    clock = rundown.clock(session.room)
    progress = rundown.progress
    match fact:
        case SessionStarted():
            run = Run(started_at=fact.at, cause=fact.cause)
            after = Progress(
                status=Status.LIVE,
                runs=(*before.runs, run),
                brief=is_brief(session, fact.at, follower(agenda, rundown, session)),
            )
            clock = changed(clock, live=fact.session, advanced_by=stamp.by, advanced_at=stamp.at)
        case SessionEnded():
            after = changed(_ended_at(before, fact.at), status=Status.ENDED, paused_at=None)
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
        case SessionCancelled():
            after = changed(before, status=Status.CANCELLED)
        case SessionRestored():
            after = changed(before, status=Status.SCHEDULED)
        case SessionCorrected():
            run = changed(before.runs[-1], started_at=fact.started_at)
            after = changed(
                before,
                runs=(*before.runs[:-1], run),
                brief=is_brief(session, fact.started_at, follower(agenda, rundown, session)),
            )
            if fact.ended is not None:
                over = _ended_at(rundown.of(fact.ended), fact.started_at)
                progress = put(progress, fact.ended, over)
        case _:
            assert_never(fact)
    return changed(
        rundown,
        progress=put(progress, fact.session, after),
        clocks=rundown.clocks.set(session.room, clock),
    )


def _ended_at(progress: Progress, at: Ms) -> Progress:
    run = changed(progress.runs[-1], ended_at=at)
    return changed(progress, runs=(*progress.runs[:-1], run))


# --- the plan ----------------------------------------------------------------------------------


def _planned(agenda: Agenda, fact: PlanFact) -> Agenda:
    sessions, speakers, order = agenda.sessions, agenda.speakers, agenda.order
    match fact:
        case SessionRetimed():
            plan = _retimed(sessions[fact.session], fact)
            sessions = sessions.set(fact.session, plan)
            order = order.set(plan.room, fact.order)
        case SessionReordered():
            for name, start_at in fact.starts:
                sessions = sessions.set(name, changed(sessions[name], start_at=start_at))
            order = order.set(sessions[fact.session].room, fact.order)
        case SessionInserted() | SessionEdited():
            before = sessions.get(fact.session)
            if before is not None and before.room != fact.plan.room:
                left = tuple(name for name in order[before.room] if name != fact.session)
                order = order.set(before.room, left) if left else order.delete(before.room)
            for person in fact.people:
                speakers = speakers.set(person.id, person)
            sessions = sessions.set(fact.session, fact.plan)
            if fact.order is not None:
                order = order.set(fact.plan.room, fact.order)
        case _:
            assert_never(fact)
    return tidy(changed(agenda, sessions=sessions, speakers=speakers, order=order))


def _retimed(session: Session, fact: SessionRetimed) -> Session:
    return changed(
        session,
        start_at=fact.start_at,
        duration_s=fact.duration_s,
        min_duration_s=min(session.min_duration_s, fact.duration_s),
    )


def _kept(running: Running, agenda: Agenda, name: SessionId, *, move_end: bool) -> Rundown:
    """Keep the countdown of what is on air where it was, though its plan is another now."""
    rundown = running.rundown
    progress = rundown.of(name)
    if move_end or not progress.status.on_air:
        return rundown
    started_at = progress.runs[-1].started_at
    ends = [
        unextended_end(plan, started_at, brief=progress.brief)
        for plan in (running.agenda.sessions[name], agenda.sessions[name])
    ]
    if ends[0] == ends[1]:
        return rundown
    after = changed(progress, kept_ms=progress.kept_ms + ends[0] - ends[1])
    return changed(rundown, progress=put(rundown.progress, name, after))
