"""Following the clock: what starts and ends by itself in a room that nobody attends.

Sessions start at their planned times, later where what is on air was given more time, and end when
they are due. The instants are those of the plan, not of the tick, so that every node proposes the
same. What is over before it could start is skipped. While a session is paused, the room waits for
the hand that paused it.
"""

from streamhub.core.agenda import Agenda
from streamhub.core.ids import Ms, RoomId
from streamhub.core.rundown.facts import (
    RundownFact,
    SessionEnded,
    SessionSkipped,
    SessionStarted,
)
from streamhub.core.rundown.state import Rundown, due_at, last_change, upcoming


def due(agenda: Agenda, rundown: Rundown, room: RoomId, now: Ms) -> list[RundownFact]:
    """Return what happens by itself in `room` by `now`."""
    if not _runs(rundown, room):
        return []
    live = rundown.clock(room).live
    free_at = 0 if live is None else due_at(agenda.sessions[live], rundown.of(live))
    skipped: list[RundownFact] = []
    started: list[RundownFact] = []
    for name in upcoming(agenda, rundown, room):
        session = agenda.sessions[name]
        start = max(session.start_at, free_at)
        end = session.end_at if start < session.end_at else start + session.duration_s * 1000
        if end <= now:
            skipped.append(SessionSkipped(session=name, cause="clock"))
            continue
        if start <= now:
            at = max(start, last_change(agenda, rundown, room))
            started = [SessionStarted(session=name, at=at, cause="clock")]
        break
    ended: list[RundownFact] = []
    if live is not None and free_at <= now:
        ended = [SessionEnded(session=live, at=free_at, cause="clock")]
    return [*ended, *skipped, *started]


def next_due_at(agenda: Agenda, rundown: Rundown, room: RoomId, now: Ms) -> Ms | None:
    """When the next thing happens by itself in `room`, after `now`; None if nothing does."""
    if not _runs(rundown, room):
        return None
    if due(agenda, rundown, room, now):
        return now + 1
    live = rundown.clock(room).live
    if live is not None:
        return due_at(agenda.sessions[live], rundown.of(live))
    coming = upcoming(agenda, rundown, room)
    return agenda.sessions[coming[0]].start_at if coming else None


def _runs(rundown: Rundown, room: RoomId) -> bool:
    clock = rundown.clock(room)
    paused = clock.live is not None and rundown.of(clock.live).paused_at is not None
    return clock.follows and not paused
