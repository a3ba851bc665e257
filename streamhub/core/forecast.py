"""Expected times: what the running of a room means for the rest of its day.

Computed, never stored, by walking the room's sessions in order. The one thing that is kept is what
the public was last told (`Rundown.shown`), because the public sees times rounded up to five minutes
and only when they moved by five or more.
"""

from dataclasses import dataclass, replace
from typing import Final

from streamhub.core.agenda import Agenda, Session
from streamhub.core.ids import Ms, RoomId, SessionId
from streamhub.core.rundown import (
    Progress,
    Rundown,
    Status,
    due_at,
    position,
    unextended_end,
    upcoming,
)

PUBLIC_STEP_MS: Final = 5 * 60_000
MINUTE_MS: Final = 60_000
ABANDONED_AFTER_MS: Final = 6 * 3_600_000
"""A room in which nobody has done anything for so long past its plan is not being run: its times
stay as they are instead of drifting with the clock."""


@dataclass(frozen=True, slots=True)
class Expected:
    """When a session is expected to start and end; for one that ran, when it did."""

    start_at: Ms
    end_at: Ms


def _not_before_now(at: Ms, now: Ms) -> Ms:
    return now if at < now <= at + ABANDONED_AFTER_MS else at


def live_end(session: Session, progress: Progress, now: Ms) -> Ms:
    """When a session on air is expected to end: `now` once it overruns."""
    held_ms = 0 if progress.paused_at is None else max(0, now - progress.paused_at)
    return _not_before_now(due_at(session, progress) + held_ms, now)


def forecast(agenda: Agenda, rundown: Rundown, room: RoomId, now: Ms) -> dict[SessionId, Expected]:
    """Return the expected times of every session of `room`, in running order."""
    here = position(agenda, rundown, room)
    expected: dict[SessionId, Expected] = {}
    free_at: Ms | None = None
    for place, name in enumerate(agenda.running_order(room)):
        session, progress = agenda.sessions[name], rundown.of(name)
        if progress.status is Status.ENDED:
            run = progress.runs[-1]
            times = Expected(run.started_at, run.ended_at or run.started_at)
        elif progress.status.on_air:
            times = Expected(progress.runs[-1].started_at, live_end(session, progress, now))
        elif progress.status is Status.SCHEDULED and place > here:
            times = _scheduled(session, free_at, now)
        else:
            # skipped, cancelled or passed over: it takes no time, its plan is what can be said
            expected[name] = Expected(session.start_at, session.end_at)
            continue
        if place >= here:
            free_at = times.end_at
        expected[name] = times
    return expected


def _scheduled(session: Session, free_at: Ms | None, now: Ms) -> Expected:
    if session.may_start_early and free_at is not None:
        start = free_at
    else:
        start = max(session.start_at, free_at or session.start_at)
    start = _not_before_now(start, now)
    return Expected(start, unextended_end(session, start))


def offset_s(agenda: Agenda, rundown: Rundown, room: RoomId, now: Ms) -> int:
    """How far `room` is from its plan, in seconds; positive is late."""
    expected = forecast(agenda, rundown, room, now)
    live = rundown.clock(room).live
    if live is not None:
        return (expected[live].end_at - agenda.sessions[live].end_at) // 1000
    coming = upcoming(agenda, rundown, room)
    if not coming:
        return 0
    return (expected[coming[0]].start_at - agenda.sessions[coming[0]].start_at) // 1000


def public_forecast(
    agenda: Agenda, rundown: Rundown, room: RoomId, now: Ms
) -> dict[SessionId, Expected]:
    """Return the expected times as the public sees them: future starts come from `shown`."""
    public = forecast(agenda, rundown, room, now)
    free_at = 0
    for name in upcoming(agenda, rundown, room):
        session = agenda.sessions[name]
        start = max(rundown.shown.get(name, session.start_at), free_at)
        public[name] = Expected(start, unextended_end(session, start))
        free_at = public[name].end_at
    return public


def refresh_shown(agenda: Agenda, rundown: Rundown, room: RoomId, now: Ms) -> Rundown:
    """Let the public know of starts that moved by five minutes or more since they last heard."""
    expected = forecast(agenda, rundown, room, now)
    shown = rundown.shown
    for name in upcoming(agenda, rundown, room):
        planned = agenda.sessions[name].start_at
        told, exact = shown.get(name, planned), expected[name].start_at
        if exact == planned:
            shown = shown.delete(name) if name in shown else shown
        elif abs(exact - told) >= PUBLIC_STEP_MS:
            shown = shown.set(name, -(-exact // PUBLIC_STEP_MS) * PUBLIC_STEP_MS)
    return rundown if shown is rundown.shown else replace(rundown, shown=shown)


def next_change_at(agenda: Agenda, rundown: Rundown, room: RoomId, now: Ms) -> Ms | None:
    """When the clock alone will next change a forecast of `room`; None if it will not.

    While a session overruns, is paused or is late to start, that is once a minute.
    """
    live = rundown.clock(room).live
    if live is not None:
        progress = rundown.of(live)
        anchor = due_at(agenda.sessions[live], progress)
        if progress.paused_at is not None:
            anchor = min(anchor, progress.paused_at)
    else:
        coming = upcoming(agenda, rundown, room)
        if not coming:
            return None
        anchor = forecast(agenda, rundown, room, 0)[coming[0]].start_at
    if now < anchor:
        return anchor
    if now - anchor > ABANDONED_AFTER_MS:
        return None
    return now + MINUTE_MS - (now - anchor) % MINUTE_MS
