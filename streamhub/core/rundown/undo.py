"""The undo stacks of the rooms: what a command changed is kept, and comes back when it is undone.

One step has everything that one command changed, in the plan and in its running. A step that
concerns several rooms (a session moves, a speaker gets another name) is on the stack of each, so
that a room never goes back behind what another one has built on.
"""

from streamhub.core.agenda import Agenda, Session, Speaker
from streamhub.core.errors import Rejected
from streamhub.core.ids import QuestionId, RoomId, SessionId
from streamhub.core.rundown.commands import UndoRundown
from streamhub.core.rundown.facts import (
    ClockFollowed,
    RundownFact,
    RundownUndone,
    SessionCorrected,
    SessionEdited,
    SessionEnded,
    SessionReordered,
    SessionSkipped,
    SessionStarted,
)
from streamhub.core.rundown.state import (
    UNDO_DEPTH,
    UNTOUCHED,
    Progress,
    RoomClock,
    Rundown,
    Running,
    Undoable,
)
from streamhub.core.stamp import Stamp
from streamhub.core.table import Map, Table
from streamhub.core.values import changed

_Clocks = Table[RoomId, RoomClock]


def decide_undo(rundown: Rundown, command: UndoRundown) -> list[RundownFact]:
    """Return the fact that takes back the newest step of a room, or raise `Rejected`."""
    stack = rundown.clock(command.room).undo
    if not stack:
        raise Rejected(
            "rundown.nothing_to_undo", "Nothing can be taken back in this room.", field="room"
        )
    step = stack[-1]
    if step.seq != command.seq:
        raise Rejected(
            "rundown.stale",
            "Something else happened in this room since.",
            "Look at what the button would take back now.",
            field="seq",
            detail={"by": step.by, "at": step.at, "seq": step.seq},
        )
    for room in step.rooms:
        newest = rundown.clock(room).undo[-1]
        if newest.seq != step.seq:
            raise Rejected(
                "rundown.entangled",
                f"This concerns the room {room!r} too, where more has happened since.",
                "Take back what happened there first.",
                field="room",
                detail={"room": room, "by": newest.by, "at": newest.at, "seq": newest.seq},
            )
    sessions = dict.fromkeys([name for name, _ in (*step.before, *step.plans)])
    return [RundownUndone(room=command.room, seq=command.seq, sessions=tuple(sessions))]


# --- keeping -----------------------------------------------------------------------------------


def remember(
    before: Running,
    after: Running,
    fact: RundownFact,
    stamp: Stamp,
    lit: Map[RoomId, QuestionId],
) -> Rundown:
    """Return the rundown of `after` with what `fact` changed on the stacks of its rooms.

    `lit` are the questions that were on the screens. The facts of one command are one step.
    """
    step = _step(before, after, fact, stamp, lit)
    clocks = after.rundown.clocks
    for room in step.rooms:
        clock = after.rundown.clock(room)
        if clock.undo and clock.undo[-1].seq == stamp.seq:
            undo = (*clock.undo[:-1], _joined(clock.undo[-1], step))
        else:
            undo = (*clock.undo, step)
        clocks = clocks.set(room, changed(clock, undo=undo[-UNDO_DEPTH:]))
        if len(undo) > UNDO_DEPTH:
            clocks = _forgotten(clocks, undo[0])
    return changed(after.rundown, clocks=clocks)


def _step(
    before: Running,
    after: Running,
    fact: RundownFact,
    stamp: Stamp,
    lit: Map[RoomId, QuestionId],
) -> Undoable:
    sessions, rooms = _concerned(before, after, fact)
    plans = tuple(
        (name, before.agenda.sessions.get(name))
        for name in sessions
        if before.agenda.sessions.get(name) != after.agenda.sessions.get(name)
    )
    return Undoable(
        seq=stamp.seq,
        what=fact.type,
        session=None if isinstance(fact, ClockFollowed | RundownUndone) else fact.session,
        by=stamp.by,
        at=stamp.at,
        before=tuple(
            (name, before.rundown.of(name))
            for name in sessions
            if before.rundown.of(name) != after.rundown.of(name)
        ),
        plans=plans,
        people=_people(before.agenda, after.agenda, plans),
        orders=tuple(
            (room, before.agenda.running_order(room))
            for room in rooms
            if before.agenda.running_order(room) != after.agenda.running_order(room)
        ),
        follows=before.rundown.clock(fact.room).follows
        if isinstance(fact, ClockFollowed)
        else None,
        lit=tuple((room, lit[room]) for room in rooms if room in lit),
        rooms=rooms,
        clock=isinstance(fact, SessionStarted | SessionEnded | SessionSkipped)
        and fact.cause == "clock",
    )


def _concerned(
    before: Running, after: Running, fact: RundownFact
) -> tuple[tuple[SessionId, ...], tuple[RoomId, ...]]:
    """The sessions that `fact` may have changed, and the rooms on whose stacks it belongs."""
    if isinstance(fact, ClockFollowed | RundownUndone):
        return (), (fact.room,)
    sessions = {fact.session: None}
    if isinstance(fact, SessionCorrected) and fact.ended is not None:
        sessions[fact.ended] = None
    if isinstance(fact, SessionReordered):
        sessions |= dict.fromkeys(name for name, _ in fact.starts)
    rooms = {after.agenda.sessions[fact.session].room: None}
    if isinstance(fact, SessionEdited):
        rooms[before.agenda.sessions[fact.session].room] = None
        known = {person.id for person in fact.people if person.id in before.agenda.speakers}
        rooms |= {
            session.room: None
            for session in before.agenda.sessions.values()
            if not known.isdisjoint(session.speakers)
        }
    return tuple(sessions), tuple(rooms)


def _people(
    before: Agenda, after: Agenda, plans: tuple[tuple[SessionId, Session | None], ...]
) -> tuple[Speaker, ...]:
    """The speakers without whom `plans` would not be what they were.

    Those who were added on the spot may be gone by then (`tidy`), whoever took them out.
    """
    if before.speakers is after.speakers and not plans:
        return ()
    named = {name for _, plan in plans if plan is not None for name in plan.speakers}
    return tuple(
        speaker
        for name, speaker in sorted(before.speakers.items())
        if after.speakers.get(name) != speaker or (speaker.inserted and name in named)
    )


def _joined(first: Undoable, second: Undoable) -> Undoable:
    """One step of two facts of one command: of each thing, what was before the first counts."""
    had = dict(first.before)
    return changed(
        first,
        what=second.what,
        session=second.session,
        before=(*first.before, *(pair for pair in second.before if pair[0] not in had)),
    )


def _forgotten(clocks: _Clocks, step: Undoable) -> _Clocks:
    """A step that one room has forgotten cannot be taken back: no other room goes back so far."""
    for room in step.rooms:
        clock = clocks[room]
        undo = tuple(one for one in clock.undo if one.seq > step.seq)
        clocks = clocks.set(room, changed(clock, undo=undo))
    return clocks


# --- taking back -------------------------------------------------------------------------------


def taken_back(running: Running, fact: RundownUndone, stamp: Stamp) -> Running:
    """Return everything as it was before the newest step of a room."""
    agenda, rundown = running
    clock = rundown.clock(fact.room)
    step = clock.undo[-1]
    progress, live = rundown.progress, clock.live
    for session, before in reversed(step.before):
        progress = put(progress, session, before)
        if before.status.on_air:
            live = session
        elif session == live:
            live = None
    moved = live != clock.live
    clock = changed(
        clock,
        live=live,
        follows=clock.follows if step.follows is None else step.follows,
        advanced_by=stamp.by if moved else clock.advanced_by,
        advanced_at=stamp.at if moved else clock.advanced_at,
    )
    if step.clock:
        clock = changed(clock, follows=False)  # or it would happen again at once
    clocks = rundown.clocks.set(fact.room, clock)
    for room in step.rooms or (fact.room,):
        clocks = clocks.set(room, changed(clocks[room], undo=clocks[room].undo[:-1]))
    shown = rundown.shown
    for session, plan in step.plans:
        if plan is None and session in shown:
            shown = shown.delete(session)
    return Running(
        _planned_before(agenda, step),
        changed(rundown, progress=progress, clocks=clocks, shown=shown),
    )


def _planned_before(agenda: Agenda, step: Undoable) -> Agenda:
    if not (step.plans or step.people or step.orders):
        return agenda
    sessions, speakers, order = agenda.sessions, agenda.speakers, agenda.order
    for name, plan in step.plans:
        sessions = sessions.delete(name) if plan is None else sessions.set(name, plan)
    for person in step.people:
        speakers = speakers.set(person.id, person)
    for room, listed in step.orders:
        order = order.set(room, listed) if listed else order.delete(room)
    return tidy(changed(agenda, sessions=sessions, speakers=speakers, order=order))


# --- shared with `evolve.py` -------------------------------------------------------------------


def put(
    progress: Table[SessionId, Progress], session: SessionId, after: Progress
) -> Table[SessionId, Progress]:
    """Keep what became of `session`; what is as if nothing had happened is not kept."""
    if after == UNTOUCHED:
        return progress.delete(session) if session in progress else progress
    return progress.set(session, after)


def tidy(agenda: Agenda) -> Agenda:
    """Let go of the speakers who were added on the spot and are in no session any more."""
    added: list[Speaker] = [person for person in agenda.speakers.values() if person.inserted]
    if not added:
        return agenda
    named = {name for session in agenda.sessions.values() for name in session.speakers}
    speakers = agenda.speakers
    for person in added:
        if person.id not in named:
            speakers = speakers.delete(person.id)
    return changed(agenda, speakers=speakers)
